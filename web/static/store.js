// What a reader keeps: technologies known, saved searches and bookmarked postings. It stays
// in this browser; nothing is sent anywhere. A link carries a copy of it behind the "#",
// which browsers do not send either.
const KEY = "tmi.mine.v1";
const MOST = 200;
const listeners = new Set();

const isText = (v, most) => typeof v === "string" && v.length > 0 && v.length <= most;

// clean takes anything and gives back what has the right form, so that neither an old
// browser's memory nor somebody's link can break a page.
export function clean(raw) {
  const list = (name, ok) => (Array.isArray(raw?.[name]) ? raw[name].filter(ok).slice(0, MOST) : []);
  return {
    techs: list("techs", (t) => isText(t?.id, 100) && isText(t.name, 100)).map(({ id, name }) => ({ id, name })),
    searches: list("searches", (s) => isText(s?.query, 2000) || s?.query === "").map((s) => ({ query: s.query, name: isText(s.name, 200) ? s.name : s.query, at: Number(s.at) || 0 })),
    postings: list("postings", (p) => /^[0-9a-f]{32}$/.test(p?.id)).map((p) => ({ id: p.id, title: isText(p.title, 300) ? p.title : p.id, company: isText(p.company, 200) ? p.company : "", at: Number(p.at) || 0 })),
  };
}

export function load() {
  try { return clean(JSON.parse(localStorage.getItem(KEY))); } catch { return clean(null); }
}

export function save(kept) {
  try { localStorage.setItem(KEY, JSON.stringify(clean(kept))); } catch { /* a browser that keeps nothing */ }
  for (const listener of listeners) listener();
}

export function change(edit) {
  const kept = load();
  edit(kept);
  save(kept);
}

export function onChange(listener) { listeners.add(listener); }
addEventListener("storage", (event) => { if (event.key === KEY) for (const listener of listeners) listener(); });

// toggle adds an entry, or takes it out where it is in; it says whether it is in now.
export function toggle(list, key, entry) {
  let isIn = false;
  change((kept) => {
    const rest = kept[list].filter((e) => e[key] !== entry[key]);
    isIn = rest.length === kept[list].length;
    kept[list] = isIn ? [entry, ...rest] : rest;
  });
  return isIn;
}

export function asLink(kept) {
  const bytes = new TextEncoder().encode(JSON.stringify(kept));
  const text = btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromLink(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return clean(JSON.parse(new TextDecoder().decode(bytes)));
}
