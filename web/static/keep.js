// Bookmarks and saved searches: the buttons that a page without scripts does not show.
import { load, toggle, change, onChange } from "./store.js";

const say = (button, isIn) => {
  button.setAttribute("aria-pressed", String(isIn));
  button.querySelector("[data-said]").textContent = isIn ? button.dataset.in : button.dataset.out;
};

for (const button of document.querySelectorAll("[data-keep-posting]")) {
  const { keepPosting: id, title, company } = button.dataset;
  const refresh = () => say(button, load().postings.some((p) => p.id === id));
  button.hidden = false;
  button.addEventListener("click", () => toggle("postings", "id", { id, title, company: company ?? "", at: Date.now() }));
  onChange(refresh);
  refresh();
}

for (const button of document.querySelectorAll("[data-keep-search]")) {
  const { keepSearch: query, name } = button.dataset;
  const refresh = () => say(button, load().searches.some((s) => s.query === query));
  button.hidden = false;
  button.addEventListener("click", () => toggle("searches", "query", { query, name, at: Date.now() }));
  onChange(refresh);
  refresh();
}

// The technologies that a reader knows are kept from the page that asks for them.
const own = document.querySelector("[data-own-techs]");
if (own) {
  const given = JSON.parse(own.dataset.ownTechs);
  const keeper = document.querySelector("[data-keep-techs]"), again = document.querySelector("[data-techs-again]");
  const refresh = () => {
    const kept = load().techs;
    const isSame = kept.length === given.length && given.every((g) => kept.some((k) => k.id === g.id));
    keeper.hidden = given.length === 0;
    say(keeper, isSame);
    again.hidden = kept.length === 0 || isSame;
    again.querySelector("a").href = `/recommend?${new URLSearchParams(kept.map((k) => ["techs", k.id]))}`;
    again.querySelector("[data-names]").textContent = kept.map((k) => k.name).join(", ");
  };
  keeper.addEventListener("click", () => change((kept) => { kept.techs = keeper.getAttribute("aria-pressed") === "true" ? [] : given; }));
  onChange(refresh);
  refresh();
}
