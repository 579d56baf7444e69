// _idle.html: warns before an idle session ends. Other tabs count as activity: they tell each other over a channel.

const dialog = document.getElementById("idle");
const form = dialog.querySelector("form");
const leftText = dialog.querySelector("[data-idle-left]");
const status = dialog.querySelector("[data-idle-status]");
const idle = Number(dialog.dataset.idle);
const warning = Number(dialog.dataset.warning);
const channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
let end;
let announced;

const restart = () => {
  end = Date.now() + idle * 1000;
  if (dialog.open) dialog.close();
};

// Not a reload: a page that answered a form would send that form again.
const again = () => location.replace(location.pathname + location.search);

const words = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  return [minutes && `${minutes} min`, seconds % 60 && `${seconds % 60} s`].filter(Boolean).join(" ");
};

const tick = () => {
  const left = Math.ceil((end - Date.now()) / 1000);
  if (left <= 0) {
    clearInterval(timer);
    again(); // the server says what happened and where to go on
    return;
  }
  if (left > warning) return;
  if (!dialog.open) {
    dialog.showModal();
    announced = left;
  }
  leftText.textContent = words(left);
  if (announced - left >= 30) {
    announced = left;
    status.textContent = words(left);
  }
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    restart();
    channel?.postMessage("active");
  } catch {
    again();
  }
});

// Escape means «still here».
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  form.requestSubmit();
});
channel?.addEventListener("message", restart);
addEventListener("pageshow", (event) => event.persisted && tick());

restart();
channel?.postMessage("active");
const timer = setInterval(tick, 1000);
