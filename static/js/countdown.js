// _countdown.html: the time left, read out every 30 s only. The seconds come from the server, so a wrong clock here does no harm.

const clock = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const rest = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return hours ? `${hours}:${rest}` : rest;
};

const spoken = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const parts = [];
  if (hours) parts.push(`${hours} h`);
  if (minutes) parts.push(`${minutes} min`);
  if (!hours && seconds % 60) parts.push(`${seconds % 60} s`);
  return parts.join(" ");
};

for (const place of document.querySelectorAll("[data-countdown]")) {
  const text = place.querySelector("[data-countdown-text]");
  const status = place.querySelector("[data-countdown-status]");
  const button = place.dataset.enables ? document.getElementById(place.dataset.enables) : null;
  const total = Number(place.dataset.countdown);
  const start = performance.now();
  const asked = Date.now();
  let announced = total;

  // Longer waits keep the hour beside the time left.
  const hour = total > 600 ? ` (${text.textContent.trim()})` : "";
  const line = document.createElement("span");
  const digits = document.createElement("strong");
  line.setAttribute("aria-hidden", "true");
  line.append(`${place.dataset.wait} `, digits, hour);
  if (total > 0) {
    text.classList.add("visually-hidden");
    text.after(line);
    if (button) button.disabled = true;
  }

  const end = () => {
    clearInterval(timer);
    line.remove();
    text.hidden = true;
    status.textContent = place.dataset.done;
    status.classList.remove("visually-hidden");
    if (button) button.disabled = false;
    // Read anew rather than reloaded: a page that answered a form would send that form again.
    if (place.hasAttribute("data-reload") && total > 0) location.replace(location.pathname + location.search);
  };

  const tick = () => {
    // A sleeping machine stops performance.now(): the later of both clocks counts.
    const passed = Math.max(performance.now() - start, Date.now() - asked) / 1000;
    const left = Math.ceil(total - passed);
    if (left <= 0) return end();
    digits.textContent = clock(left);
    if (announced - left >= 30) {
      announced = left;
      status.textContent = `${place.dataset.wait} ${spoken(left)}`;
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}
