// The page of what a reader keeps, and of the link that carries a copy of it.
import { load, save, change, onChange, asLink, fromLink } from "./store.js";
import { suggest } from "./suggest.js";

const page = document.querySelector("[data-mine-page]");
const words = page.dataset;
const number = (n) => new Intl.NumberFormat(document.documentElement.lang).format(n);
const put = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) if (v !== undefined) node.setAttribute(k, v);
  node.append(...children);
  return node;
};
const ask = (path) => fetch(path, { headers: { accept: "application/json" } });

function remover(name, edit) {
  const button = put("button", { type: "button", class: "linklike", "aria-label": `${words.remove}: ${name}` }, words.remove);
  button.addEventListener("click", () => { change(edit); page.querySelector("h1").focus(); });
  return button;
}

function fill(name, entries, draw) {
  const list = page.querySelector(`[data-list="${name}"]`), empty = page.querySelector(`[data-empty="${name}"]`);
  list.replaceChildren(...entries.map(draw));
  empty.hidden = entries.length > 0;
}

// What has happened since is asked for once per entry and visit.
const totals = new Map();
function totalOf(query) {
  if (!totals.has(query)) {
    const values = new URLSearchParams(query);
    for (const name of ["sort", "limit", "view", "cols", "by", "chart"]) values.delete(name);
    values.set("limit", "1");
    totals.set(query, ask(`/api/v1/postings?${values}`).then((r) => (r.ok ? r.json() : null)).catch(() => null));
  }
  return totals.get(query);
}
const states = new Map();
function stateOf(id) {
  if (!states.has(id)) states.set(id, ask(`/api/v1/postings/${id}`).then(async (r) => (r.ok ? r.json() : { status: r.status === 404 || r.status === 410 ? "missing" : "unknown" })).catch(() => ({ status: "unknown" })));
  return states.get(id);
}

function show() {
  const kept = load();
  fill("techs", kept.techs, (t) => {
    const button = put("button", { type: "button", class: "chip on", "aria-label": `${words.remove}: ${t.name}` }, t.name, " ×");
    button.addEventListener("click", () => change((k) => { k.techs = k.techs.filter((o) => o.id !== t.id); }));
    return put("li", {}, button);
  });
  const go = page.querySelector("[data-techs-go]");
  go.hidden = kept.techs.length === 0;
  go.href = `/recommend?${new URLSearchParams(kept.techs.map((t) => ["techs", t.id]))}`;
  fill("searches", kept.searches, (s) => {
    const count = put("span", { class: "quiet" });
    totalOf(s.query).then((answer) => { if (answer) count.textContent = words.total.replace("%s", number(answer.total)); });
    return put("li", {}, put("a", { href: `/postings?${s.query}` }, s.name || words.everything), count, remover(s.name, (k) => { k.searches = k.searches.filter((o) => o.query !== s.query); }));
  });
  fill("postings", kept.postings, (p) => {
    const state = put("span", { class: "badge", hidden: "" });
    stateOf(p.id).then((answer) => {
      state.hidden = answer.status === "open" || answer.status === "unknown";
      state.textContent = answer.status === "missing" ? words.missing : words.closed;
    });
    return put("li", {}, put("span", {}, put("a", { href: `/postings/${p.id}` }, p.title), " ", put("span", { class: "quiet" }, p.company), " ", state), remover(p.title, (k) => { k.postings = k.postings.filter((o) => o.id !== p.id); }));
  });
  const all = kept.techs.length + kept.searches.length + kept.postings.length;
  page.querySelector("[data-share]").hidden = all === 0;
  page.querySelector("[data-link]").value = `${location.origin}/mine#${asLink(kept)}`;
}

suggest(page.querySelector("[data-suggest]"), (tech) => change((k) => {
  if (!k.techs.some((t) => t.id === tech.tech_id)) k.techs.push({ id: tech.tech_id, name: tech.tech });
}));
page.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

page.querySelector("[data-copy-link]").addEventListener("click", async (event) => {
  await navigator.clipboard.writeText(page.querySelector("[data-link]").value);
  event.target.textContent = words.copied;
});
page.querySelector("[data-clear]").addEventListener("click", () => { if (confirm(words.sure)) save({}); });

// A link's copy is added only when the reader says so.
function offer() {
  const box = page.querySelector("[data-offer]");
  let theirs;
  try { theirs = location.hash.length > 1 ? fromLink(location.hash.slice(1)) : null; } catch { theirs = null; }
  const n = theirs ? theirs.techs.length + theirs.searches.length + theirs.postings.length : 0;
  box.hidden = n === 0;
  if (!n) return;
  box.querySelector("[data-offer-count]").textContent = words.offer.replace("%s", number(n));
  box.querySelector("[data-take]").onclick = () => {
    change((mine) => {
      for (const [list, key] of [["techs", "id"], ["searches", "query"], ["postings", "id"]]) {
        mine[list].push(...theirs[list].filter((t) => !mine[list].some((m) => m[key] === t[key])));
      }
    });
    history.replaceState(null, "", location.pathname);
    box.hidden = true;
  };
}
page.querySelector("[data-with-script]").hidden = false;
onChange(show);
addEventListener("hashchange", offer);
show();
offer();
