// Follows a read-only address and brings a waiting region up to date. Without JavaScript the page offers a plain link
// «Actualiser» and says so in [data-without-scripts], which goes as soon as this runs.
//
// <div data-poll="/…/status/" data-poll-seconds="2" aria-live="polite">…</div>
// The address answers with JSON: {"state": "…"}: the page is read again when it differs from data-poll-state;
// {"redirect": "/…"}: goes there; {"text": "…"}: written into the child [data-poll-text].
// 404, 403, 410 or a redirect: the page is read again. After network errors it waits longer, up to 15 s.

for (const sentence of document.querySelectorAll("[data-without-scripts]")) sentence.remove();

for (const region of document.querySelectorAll("[data-poll]")) {
  const pause = Number(region.dataset.pollSeconds || 2) * 1000;
  let failures = 0;

  const again = () => setTimeout(look, Math.min(pause * 2 ** failures, 15000));

  const look = async () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
      return;
    }
    try {
      const answer = await fetch(region.dataset.poll, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" });
      if (answer.redirected || [403, 404, 410].includes(answer.status)) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      failures = 0;
      const found = await answer.json();
      if (found.redirect) return location.assign(found.redirect);
      if (found.state !== undefined && found.state !== region.dataset.pollState) return location.reload();
      const text = region.querySelector("[data-poll-text]");
      if (text && found.text && text.textContent !== found.text) text.textContent = found.text;
    } catch {
      failures = Math.min(failures + 1, 5);
    }
    again();
  };
  again();
}
