// _combobox.html: suggestions while typing, after the ARIA pattern «editable combobox with list autocomplete».

const PAUSE = 180; // ms without typing before the server is asked

for (const [number, place] of document.querySelectorAll("[data-combobox]").entries()) {
  const input = place.querySelector("input.control");
  const value = place.querySelector("input[type=hidden]");
  if (!value) continue; // the server offers radio buttons
  const status = place.querySelector("[role=status]");
  const list = document.createElement("ul");
  let options = [];
  let active = -1;
  let waiting;
  let asked = 0;

  list.className = "listbox";
  list.id = `listbox-${number}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`).textContent.trim());
  place.append(list);
  place.querySelector("[data-search]").hidden = true;
  for (const [name, content] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, content);
  }

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const pick = (index) => {
    input.value = options[index].label;
    value.value = options[index].value;
    value.dispatchEvent(new Event("change", { bubbles: true }));
    status.textContent = options[index].label;
    close();
  };

  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };

  const show = (results) => {
    options = results;
    list.replaceChildren(
      ...results.map((result, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = result.label;
        return item;
      }),
    );
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    const { none, one, some } = place.dataset;
    status.textContent = results.length === 0 ? none : results.length === 1 ? one : `${results.length} ${some}`;
  };

  const ask = async () => {
    const turn = ++asked;
    const text = input.value.trim();
    if (text.length < 2 || !place.dataset.combobox) return close(); // no address: the text is free
    try {
      const answer = await fetch(`${place.dataset.combobox}?q=${encodeURIComponent(text)}`);
      if (!answer.ok) throw new Error(answer.status);
      const { results } = await answer.json();
      if (turn === asked && document.activeElement === input) show(results);
    } catch {
      close(); // the text is sent as it is and the server looks it up
    }
  };

  input.addEventListener("input", () => {
    value.value = "";
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + options.length) % options.length);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      pick(active);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab" && !list.hidden && active >= 0) {
      pick(active);
    }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) pick([...list.children].indexOf(item));
  });
  input.addEventListener("blur", () => {
    asked++;
    close();
  });
}
