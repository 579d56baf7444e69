// _code_field.html: keeps digits only, whatever was pasted («123-456», «Votre code : 123 456»).

for (const place of document.querySelectorAll("[data-code]")) {
  const input = place.querySelector("input");
  const length = Number(place.dataset.code);
  // Room for what is pasted around the digits; what is too much is cut below.
  input.removeAttribute("maxlength");
  input.removeAttribute("pattern");
  const clean = () => {
    const digits = input.value.replace(/\D/g, "").slice(0, length);
    if (digits !== input.value) {
      const before = input.value.slice(0, input.selectionStart).replace(/\D/g, "").length;
      input.value = digits;
      input.setSelectionRange(before, before);
    }
    input.scrollLeft = 0;
  };
  input.addEventListener("input", clean);
  clean();
}
