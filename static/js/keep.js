// Keeps what is typed into form[data-keep] while it is typed: the form's own address takes it with keep=1 and answers 204.
// So a link, a reload or the end of the session loses nothing. Nothing is stored in the browser.

const PAUSE = 1000;
const here = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;

for (const form of document.querySelectorAll("form[data-keep]")) {
  let waiting = 0;

  const keep = () => {
    if (!waiting || form.dataset.sent) return;
    clearTimeout(waiting);
    waiting = 0;
    const body = new FormData(form);
    body.set("keep", "1");
    here?.postMessage("active"); // who types is there: see idle.js
    fetch(location.href, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(later);
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later); // a suggestion that was picked
  document.addEventListener("visibilitychange", keep);
  addEventListener("pagehide", keep);
}
