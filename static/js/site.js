// On every page: forms are sent once, passwords can be shown, an error summary takes the focus.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.method === "get" || form.hasAttribute("data-repeat")) return;
  form.dataset.sent = "1";
  const button = event.submitter;
  // A disabled button is not sent with its form: wait until the browser has read it.
  setTimeout(() => button?.setAttribute("aria-disabled", "true"));
});

// Back brings a page back as it was left: its forms may be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  }
});

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  const word = button.firstChild;
  const show = word.data;
  button.hidden = false;
  button.addEventListener("click", () => {
    const visible = input.type === "password";
    input.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
    word.data = visible ? button.dataset.hide : show;
  });
  input.form?.addEventListener("submit", () => {
    input.type = "password";
  });
}

document.querySelector(".error-summary")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
