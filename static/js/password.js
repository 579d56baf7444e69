// _password_rules.html: ticks the rules off while one types. The server decides; this only saves a round trip.

const tests = {
  lower: (value) => /\p{Ll}/u.test(value),
  upper: (value) => /\p{Lu}/u.test(value),
  digit: (value) => /\d/.test(value),
  length: (value, rule) => [...value].length >= Number(rule.dataset.length),
};

for (const list of document.querySelectorAll("[data-rules]")) {
  const input = document.getElementById(list.dataset.rules);
  const status = list.parentElement.querySelector("[data-rules-status]");
  let pause;
  const look = () => {
    let met = 0;
    for (const rule of list.children) {
      const good = tests[rule.dataset.rule](input.value, rule);
      rule.classList.toggle("met", good);
      met += good;
      let note = rule.querySelector(".visually-hidden");
      if (!note) {
        note = document.createElement("span");
        note.className = "visually-hidden";
        rule.append(note);
      }
      note.textContent = good ? ` (${list.dataset.met})` : "";
    }
    clearTimeout(pause);
    pause = setTimeout(() => {
      status.textContent = input.value ? `${met} / ${list.children.length}` : "";
    }, 1200);
  };
  input.addEventListener("input", look);
  look();
}
