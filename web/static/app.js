// What every page does more with scripts than without: the theme changes in place, the
// address keeps no trace of a choice that a cookie remembers, being offline is said, text
// is copied, and what the browser keeps is counted in the head.
import { load, onChange } from "./store.js";

const root = document.documentElement;

// The language and theme stand in cookies; the address is for the question.
const here = new URL(location.href);
if (here.searchParams.has("lang") || here.searchParams.has("theme")) {
  here.searchParams.delete("lang");
  here.searchParams.delete("theme");
  history.replaceState(null, "", here);
}

for (const link of document.querySelectorAll("[data-theme-to]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const theme = link.dataset.themeTo;
    document.cookie = `tmi_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    root.dataset.theme = theme;
    document.querySelector('meta[name="color-scheme"]').content = theme;
    const other = document.querySelector(`[data-theme-to="${theme === "dark" ? "light" : "dark"}"]`);
    other?.focus();
    document.dispatchEvent(new Event("tmi:theme"));
  });
}

const offline = document.querySelector("[data-offline]");
const sayOffline = () => { offline.hidden = navigator.onLine; };
addEventListener("online", sayOffline);
addEventListener("offline", sayOffline);
sayOffline();

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    await navigator.clipboard.writeText(text);
    const said = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

// A form's empty fields say nothing, so the address leaves them out. A field that is back at its default does too.
for (const form of document.querySelectorAll("form[data-tidy]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && (field.value.trim() === "" || field.dataset.default === field.value)) field.disabled = true;
    }
    // Back to this page finds the form as it was.
    setTimeout(() => { for (const field of form.elements) field.disabled = false; });
  });
}
for (const field of document.querySelectorAll("[data-submit]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

for (const node of document.querySelectorAll("[data-scriptless]")) node.hidden = true;
for (const node of document.querySelectorAll("[data-with-script]")) node.hidden = false;

// A head of a table pressed with Shift is the second order, behind the one that stands.
for (const link of document.querySelectorAll("th a[data-then]")) {
  const follow = (event) => { if (event.shiftKey) { event.preventDefault(); location.href = link.dataset.then; } };
  link.addEventListener("click", follow);
  link.addEventListener("keydown", (event) => { if (event.key === "Enter") follow(event); });
}

// The sheet of filters opens by its address. With scripts it also takes the focus, keeps it
// while it is open, gives it back, closes by Escape and by a touch beside it, and stays
// open while one filter after another is chosen.
const sheet = document.querySelector(".side[id]");
if (sheet) {
  const opener = document.querySelector("[data-sheet]");
  const isOpen = () => location.hash === `#${sheet.id}` && getComputedStyle(sheet).position === "fixed";
  const close = () => { if (isOpen()) location.hash = `#${opener.id}`; }; // which takes the focus by that
  const others = () => [...document.body.children, ...document.querySelector("main").children, ...sheet.parentElement.children].filter((node) => node !== sheet && !node.contains(sheet));
  const refresh = () => {
    const open = isOpen();
    for (const node of others()) node.inert = open;
    if (open) {
      sheet.setAttribute("role", "dialog");
      sheet.setAttribute("aria-modal", "true");
      sheet.focus();
    } else if (sheet.hasAttribute("aria-modal")) {
      sheet.removeAttribute("role");
      sheet.removeAttribute("aria-modal");
      opener.focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", refresh);
  addEventListener("resize", refresh);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) close(); });
  document.addEventListener("pointerdown", (event) => { if (isOpen() && !sheet.contains(event.target)) close(); });
  sheet.addEventListener("click", (event) => {
    const link = event.target.closest(".facets a");
    if (link && isOpen()) { event.preventDefault(); location.replace(`${link.href}#${sheet.id}`); }
  });
  refresh();
}

// Waiting is shown where an answer takes longer than a moment.
addEventListener("submit", () => root.classList.add("waiting"));
addEventListener("pageshow", () => root.classList.remove("waiting"));
addEventListener("pagehide", () => root.classList.remove("waiting"));

// "/" goes to the search field, as on many sites.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector('input[type="search"]');
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});

const mine = document.querySelector("[data-mine]");
const count = () => {
  const kept = load();
  const n = kept.postings.length + kept.searches.length;
  let badge = mine.querySelector(".count");
  if (!n) { badge?.remove(); return; }
  if (!badge) { badge = document.createElement("span"); badge.className = "count"; mine.append(badge); }
  badge.textContent = n;
};
count();
onChange(count);
