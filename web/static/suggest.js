// Names of technologies as they are typed: in a field of names set apart by commas the one
// being typed is completed, in the search field the words are. A combobox as the ARIA
// Authoring Practices describe it; without scripts the field is just a field.
const answers = new Map();
async function ask(q) {
  if (!answers.has(q)) {
    const answer = fetch(`/api/v1/techs?${new URLSearchParams({ q, limit: 8 })}`, { headers: { accept: "application/json" } }).then((r) => (r.ok ? r.json() : { techs: [] })).catch(() => ({ techs: [] }));
    answers.set(q, answer);
  }
  return (await answers.get(q)).techs;
}

let serial = 0;
export function suggest(field, onPick) {
  const isList = field.dataset.suggest !== "q";
  const box = document.createElement("ul");
  box.id = `suggest-${++serial}`;
  box.className = "suggest";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", field.dataset.suggestLabel ?? field.labels?.[0]?.textContent.trim() ?? field.placeholder);
  box.hidden = true;
  const holder = document.createElement("span");
  holder.className = "suggest-holder";
  field.replaceWith(holder);
  holder.append(field, box);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", box.id);
  field.autocomplete = "off";

  let options = [], at = -1, asked = "";
  const typed = () => (isList ? field.value.slice(field.value.lastIndexOf(",") + 1) : field.value).trim();
  const close = () => { box.hidden = true; at = -1; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
  const pick = (tech) => {
    close();
    if (onPick) { field.value = ""; onPick(tech); return; }
    if (isList) {
      const before = field.value.slice(0, field.value.lastIndexOf(",") + 1).trim();
      field.value = `${before ? `${before} ` : ""}${tech.tech}, `;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      close();
    } else {
      field.value = tech.tech;
      field.form.requestSubmit();
    }
  };
  const point = (i) => {
    at = i;
    [...box.children].forEach((node, n) => node.setAttribute("aria-selected", String(n === i)));
    if (i >= 0) { field.setAttribute("aria-activedescendant", box.children[i].id); box.children[i].scrollIntoView({ block: "nearest" }); } else field.removeAttribute("aria-activedescendant");
  };
  const show = async () => {
    const q = typed();
    asked = q;
    if (q.length < 1 || q.length > 60) { close(); return; }
    const techs = await ask(q.toLowerCase());
    if (asked !== q || document.activeElement !== field) return;
    options = techs;
    box.replaceChildren(...techs.map((tech, i) => {
      const item = document.createElement("li"), name = document.createElement("span"), count = document.createElement("span");
      item.id = `${box.id}-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      name.textContent = tech.tech;
      count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(tech.posting_count);
      count.className = "quiet";
      item.append(name, count);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); pick(tech); });
      return item;
    }));
    at = -1;
    box.hidden = techs.length === 0;
    field.setAttribute("aria-expanded", String(techs.length > 0));
  };
  let timer;
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 90); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Hangul is being put together
    if (event.key === "Escape" && !box.hidden) { event.preventDefault(); close(); return; }
    if (box.hidden) { if (event.key === "ArrowDown") show(); return; }
    if (event.key === "ArrowDown") { event.preventDefault(); point((at + 1) % options.length); }
    else if (event.key === "ArrowUp") { event.preventDefault(); point(at <= 0 ? options.length - 1 : at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); pick(options[at]); }
    else if (event.key === "Tab") close();
  });
}

for (const field of document.querySelectorAll("[data-suggest]")) if (!field.dataset.suggestLater) suggest(field);
