// Screen 17: French communes are suggested to those born in France; elsewhere the place is typed freely.

const country = document.querySelector("[data-birth-country] input[type=hidden]");
const text = document.querySelector("[data-birth-country] input.control");
const place = document.querySelector("[data-birth-place] [data-combobox]");

if (country && place) {
  const communes = place.dataset.combobox;
  const follow = () => {
    place.dataset.combobox = country.value === "FRA" || !text.value.trim() ? communes : "";
  };
  country.addEventListener("change", follow);
  text.addEventListener("input", follow);
  follow();
}
