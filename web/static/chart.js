// Charts in other forms than the one the page came with, drawn from the table beside them,
// so that there is one set of numbers. Also what a point says when it is touched, and the
// chart as a picture (PNG) and as a file (CSV).
const NS = "http://www.w3.org/2000/svg";
const FONT = '"Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif';
const HUES = 8;
const DASHES = ["", "7 5", "2 5", "12 5", "12 4 2 4"]; // as in the sheet, for lines of one chart

const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);
const colour = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };

function el(name, attributes = {}, ...children) {
  const node = document.createElementNS(NS, name);
  for (const [k, v] of Object.entries(attributes)) if (v !== undefined) node.setAttribute(k, v);
  node.append(...children);
  return node;
}

const lang = document.documentElement.lang;
const round = (v, digits = 1) => Number(v.toFixed(digits));
const percent = (v) => (v > 0 && v < 0.001 ? "<0.1%" : `${(100 * v).toFixed(1)}%`);
const whole = (v) => new Intl.NumberFormat(lang).format(v);

const hidden = new WeakMap(); // names of the series that a reader has put out, by figure

function read(figure) {
  const table = figure.querySelector("table");
  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.map((th, i) => ({ i, name: th.dataset.series })).filter((c) => c.name !== undefined);
  const rows = [...table.tBodies[0].rows];
  const off = hidden.get(figure);
  const shown = columns.map((c, k) => ({ ...c, k })).filter((c) => !off?.has(c.name));
  return {
    labels: rows.map((r) => r.querySelector("th").textContent.trim()),
    series: shown.map((c) => ({ name: c.name, k: c.k, values: rows.map((r) => Number(r.cells[c.i].dataset.value)) })),
    say: figure.dataset.chart === "share" ? percent : whole,
    isTime: figure.dataset.chart === "time",
  };
}

// A round end of the scale above the largest value.
function topOf(most, isTime) {
  if (most <= 0) return isTime ? 2 : 1;
  const power = 10 ** Math.floor(Math.log10(most));
  // Counts over time have the steps of the drawing that the page came with, so that nothing jumps.
  for (const step of isTime ? [2, 4, 6, 10] : [1, 2, 4, 5, 6, 8, 10]) if (step * power >= most * 0.999999) return step * power;
  return 10 * power;
}

const canvas = document.createElement("canvas").getContext("2d");
function fit(text, width, size) {
  canvas.font = `${size}px ${FONT}`;
  if (canvas.measureText(text).width <= width) return text;
  let cut = text;
  while (cut.length > 1 && canvas.measureText(cut + "…").width > width) cut = cut.slice(0, -1);
  return cut + "…";
}

const palette = () => ({ ink: colour("ink"), soft: colour("soft"), line: colour("line"), track: colour("raised"), bar: colour("bar"), surface: colour("surface"), hue: Array.from({ length: HUES }, (_, i) => colour(`line-${i}`)) });

function text(x, y, words, c, { size = 13, anchor = "start", fill = c.ink, weight } = {}) {
  return el("text", { x: round(x), y: round(y), "font-size": size, "text-anchor": anchor, fill, "font-family": FONT, "font-weight": weight }, words);
}

// drawings return an SVG group and its height; mark sets what a touch, or the keyboard, says:
// a head, and rows of a name, a value and a colour.
const said = new WeakMap();
const mark = (node, head, rows) => { said.set(node, { head, rows }); node.setAttribute("data-mark", ""); return node; };

// What one touch of a bar form compares: every label of one series, or the last value of each.
function flat(data) {
  if (!data.isTime) return data.labels.map((name, i) => ({ name, value: data.series[0].values[i] }));
  return data.series.map((s) => ({ name: s.name, value: s.values.at(-1) ?? 0, k: s.k }));
}

function drawBars(data, width, c) {
  const items = flat(data), g = el("g"), row = 32, names = Math.min(170, width * 0.34), numbers = 62;
  const most = Math.max(...items.map((i) => i.value), 0) || 1;
  items.forEach((item, i) => {
    const y = i * row, room = width - names - numbers - 16;
    g.append(text(0, y + 21, fit(item.name, names - 4, 13), c, { weight: 600 }),
      el("rect", { x: names + 8, y: y + 9, width: room, height: 14, rx: 3, fill: c.track }),
      mark(el("rect", { x: names + 8, y: y + 9, width: Math.max(round(room * item.value / most), 1), height: 14, rx: 3, fill: item.k === undefined ? c.bar : c.hue[item.k % HUES] }), item.name, [["", data.say(item.value)]]),
      text(width, y + 21, data.say(item.value), c, { anchor: "end", weight: 600 }));
  });
  return [g, items.length * row + 6];
}

function axes(g, c, box, top, say) {
  for (const part of [0, 0.5, 1]) {
    const y = box.y + box.h * (1 - part);
    g.append(el("path", { d: `M${box.x} ${round(y)}h${round(box.w)}`, stroke: c.line, "stroke-width": 1, fill: "none" }), text(box.x - 8, y + 4, say(top * part), c, { size: 12, anchor: "end", fill: c.soft }));
  }
}

function ticks(g, c, box, labels, at, isTime, isBand) {
  if (isTime) {
    canvas.font = `12px ${FONT}`;
    const last = labels.length - 1;
    const anchor = (i) => (isBand || last === 0 ? "middle" : i === 0 ? "start" : i === last ? "end" : "middle");
    const span = (i) => {
      const w = canvas.measureText(labels[i]).width, from = at(i) - { start: 0, middle: w / 2, end: w }[anchor(i)];
      return [from, from + w];
    };
    const fits = (list) => list.every((i, n) => n === 0 || span(list[n - 1])[1] + 10 < span(i)[0]);
    const middle = Math.round(last / 2);
    const shown = [labels.map((_, i) => i), [0, middle, last], [0, last]].find((list) => list.length <= 5 && fits(list)) ?? [last];
    for (const i of shown) g.append(text(at(i), box.y + box.h + 20, labels[i], c, { size: 12, fill: c.soft, anchor: anchor(i) }));
    return 28;
  }
  const room = box.w / labels.length;
  canvas.font = `12px ${FONT}`;
  if (labels.every((l) => canvas.measureText(l).width < room - 6)) {
    labels.forEach((l, i) => g.append(text(at(i), box.y + box.h + 20, l, c, { size: 12, anchor: "middle" })));
    return 28;
  }
  labels.forEach((l, i) => {
    const node = text(at(i) + 4, box.y + box.h + 14, fit(l, 96, 12), c, { size: 12, anchor: "end" });
    node.setAttribute("transform", `rotate(-48 ${round(at(i) + 4)} ${round(box.y + box.h + 14)})`);
    g.append(node);
  });
  return 92;
}

function legend(g, data, c, width) {
  if (data.series.length < 2 || (data.isTime && !c.isAlone)) return 0; // the page's own legend stands above
  let x = 0, y = 14;
  canvas.font = `13px ${FONT}`;
  data.series.forEach((s) => {
    const i = s.k, w = canvas.measureText(s.name).width + 34;
    if (x + w > width && x > 0) { x = 0; y += 22; }
    g.append(el("rect", { x, y: y - 10, width: 12, height: 12, rx: 2, fill: c.hue[i % HUES] }), text(x + 18, y, s.name, c));
    x += w;
  });
  return y + 12;
}

function plot(data, width, c, isLine) {
  const g = el("g"), head = legend(g, data, c, width);
  const top = topOf(Math.max(...data.series.flatMap((s) => s.values), 0), data.isTime);
  canvas.font = `12px ${FONT}`;
  const left = canvas.measureText(data.say(top)).width + 14;
  const box = { x: left, y: head + 10, w: width - left - 6, h: data.isTime ? 176 : Math.min(280, Math.max(180, width * 0.42)) };
  axes(g, c, box, top, data.say);
  const n = data.labels.length, band = box.w / n;
  const isBand = !isLine || !data.isTime;
  const at = (i) => (isBand ? box.x + band * (i + 0.5) : box.x + (n > 1 ? (box.w * i) / (n - 1) : box.w / 2));
  const up = (v) => box.y + box.h * (1 - v / top);
  const many = data.series.length > 1;
  data.series.forEach((s, at_) => {
    const k = s.k, hue = many || data.isTime ? c.hue[k % HUES] : c.bar;
    if (isLine) {
      g.append(el("path", { d: s.values.map((v, i) => `${i ? "L" : "M"}${round(at(i))} ${round(up(v))}`).join("") || "M0 0", stroke: hue, "stroke-width": 2.5, fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round", "stroke-dasharray": many ? DASHES[k % DASHES.length] || undefined : undefined }));
      if (n <= 31) s.values.forEach((v, i) => g.append(el("circle", { cx: round(at(i)), cy: round(up(v)), r: 3, fill: hue })));
    } else {
      const gap = Math.min(band * 0.25, 14), w = Math.max((band - gap) / data.series.length, 0.6);
      s.values.forEach((v, i) => g.append(el("rect", { x: round(box.x + band * i + gap / 2 + w * at_, 2), y: round(up(v)), width: round(Math.max(w - (w > 4 && many ? 1 : 0), 0.5), 2), height: round(Math.max(box.y + box.h - up(v), v > 0 ? 1 : 0)), rx: w > 8 ? 2 : 0, fill: hue })));
    }
  });
  // A strip over each label takes the touch, so that a thin line need not be hit.
  data.labels.forEach((l, i) => {
    const rows = data.series.map((s) => [many ? s.name : "", data.say(s.values[i]), many ? c.hue[s.k % HUES] : ""]);
    const w = isBand ? band : box.w / Math.max(n - 1, 1);
    g.append(mark(el("rect", { x: round(at(i) - w / 2), y: box.y, width: round(w), height: box.h, fill: "transparent", class: "strip" }), l, rows));
  });
  return [g, box.y + box.h + ticks(g, c, box, data.labels, at, data.isTime, isBand)];
}

function drawPie(data, width, c, hole) {
  const items = flat(data).filter((i) => i.value > 0), g = el("g");
  const sum = items.reduce((a, i) => a + i.value, 0) || 1;
  const isWide = width >= 460, r = Math.min(isWide ? 130 : width / 2 - 10, 130);
  const cx = isWide ? r + 6 : width / 2, cy = r + 6;
  let turn = -Math.PI / 2;
  items.forEach((item, i) => {
    const part = item.value / sum, end = turn + part * 2 * Math.PI;
    const p = (a, radius) => `${round(cx + radius * Math.cos(a), 2)} ${round(cy + radius * Math.sin(a), 2)}`;
    const large = part > 0.5 ? 1 : 0, inner = r * hole;
    const last = part > 0.9999 ? end - 0.0001 : end;
    const d = hole ? `M${p(turn, r)}A${r} ${r} 0 ${large} 1 ${p(last, r)}L${p(last, inner)}A${inner} ${inner} 0 ${large} 0 ${p(turn, inner)}Z` : `M${cx} ${cy}L${p(turn, r)}A${r} ${r} 0 ${large} 1 ${p(last, r)}Z`;
    g.append(mark(el("path", { d, fill: c.hue[(item.k ?? i) % HUES], "fill-opacity": i < HUES ? 1 : 0.6, stroke: c.surface, "stroke-width": 2 }), item.name, [["", `${percent(part)}`], ["", data.say(item.value)]].slice(0, data.isTime ? 2 : 1)));
    if (part > 0.045) {
      const middle = (turn + end) / 2, [x, y] = p(middle, hole ? (r + inner) / 2 : r * 0.68).split(" ").map(Number);
      g.append(text(x, y + 5, String(i + 1), c, { anchor: "middle", fill: c.surface, weight: 700, size: 14 }));
    }
    turn = end;
  });
  const left = isWide ? 2 * r + 40 : 0, first = isWide ? Math.max(cy - (items.length * 26) / 2, 0) : 2 * r + 28;
  items.forEach((item, i) => {
    const y = first + i * 26;
    g.append(el("rect", { x: left, y: y + 3, width: 20, height: 18, rx: 4, fill: c.hue[(item.k ?? i) % HUES], "fill-opacity": i < HUES ? 1 : 0.6 }),
      text(left + 10, y + 16, String(i + 1), c, { size: 12, anchor: "middle", fill: c.surface, weight: 700 }),
      text(left + 28, y + 17, fit(item.name, width - left - 100, 14), c, { size: 14 }),
      text(width, y + 17, percent(item.value / sum), c, { size: 14, anchor: "end", weight: 600 }));
  });
  return [g, Math.max(isWide ? 2 * r + 16 : 0, first + items.length * 26 + 4)];
}

const drawings = {
  bar: (d, w, c) => drawBars(d, w, c),
  column: (d, w, c) => plot(d, w, c, false),
  line: (d, w, c) => plot(d, w, c, true),
  pie: (d, w, c) => drawPie(d, w, c, 0),
  donut: (d, w, c) => drawPie(d, w, c, 0.58),
};

function draw(data, form, width) {
  const [g, height] = drawings[form](data, width, palette());
  return el("svg", { xmlns: NS, width: round(width), height: Math.ceil(height), viewBox: `0 0 ${round(width)} ${Math.ceil(height)}` }, g);
}

const tip = document.createElement("div");
tip.className = "chart-tip";
tip.hidden = true;
tip.setAttribute("aria-hidden", "true");
const voice = document.createElement("p"); // what the keyboard comes to is said as well
voice.className = "hidden";
voice.setAttribute("role", "status");
document.body.append(tip, voice);

function tell({ head, rows }) {
  const lines = rows.map(([name, value, hue]) => {
    const line = document.createElement("p"), of = document.createElement("span"), is = document.createElement("strong");
    if (hue) { const swatch = document.createElement("i"); swatch.style.background = hue; line.append(swatch); }
    of.textContent = name;
    is.textContent = value;
    line.append(of, is);
    return line;
  });
  const first = document.createElement("p");
  first.textContent = head;
  tip.replaceChildren(first, ...lines);
}

function place(x, y) {
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.min(Math.max(x - box.width / 2, 8), innerWidth - box.width - 8)}px`;
  tip.style.top = `${y - box.height - 14 > 8 ? y - box.height - 14 : y + 18}px`;
}

// follow says the value under the pointer, or the one that the arrow keys have come to.
function follow(drawn) {
  let at = -1;
  const marks = () => [...drawn.querySelectorAll("[data-mark]")];
  const clear = () => { tip.hidden = true; at = -1; for (const m of marks()) m.classList.remove("on", "mark-on"); };
  drawn.addEventListener("pointermove", (event) => {
    const words = said.get(event.target) ?? said.get(event.target.closest("li"));
    tip.hidden = !words;
    if (words) { tell(words); place(event.clientX, event.clientY); }
  });
  drawn.addEventListener("pointerleave", clear);
  drawn.addEventListener("blur", clear);
  drawn.addEventListener("keydown", (event) => {
    const all = marks();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !tip.hidden) { event.preventDefault(); clear(); return; }
    if (!all.length || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    for (const m of all) m.classList.remove("on", "mark-on");
    at = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
    const node = all[at], words = said.get(node), box = node.getBoundingClientRect();
    node.classList.add(node.classList.contains("strip") ? "on" : "mark-on");
    tell(words);
    place(box.x + box.width / 2, box.y + (node.classList.contains("strip") ? box.height / 3 : box.height / 2));
    voice.textContent = `${words.head}: ${words.rows.map(([name, value]) => `${name} ${value}`.trim()).join(", ")}`;
  });
}

// Keys of a legend put their series out and in; one always stays.
function legendKeys(figure, redraw) {
  const legend = figure.querySelector(".legend");
  if (!legend) return;
  const off = new Set();
  hidden.set(figure, off);
  const names = [...figure.querySelectorAll("th[data-series]")].map((th) => th.dataset.series);
  [...legend.querySelectorAll(".key")].forEach((key, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "key";
    button.setAttribute("aria-pressed", "true");
    button.append(...key.childNodes);
    key.replaceWith(button);
    button.addEventListener("click", () => {
      if (off.has(names[i])) off.delete(names[i]); else if (off.size + 1 < names.length) off.add(names[i]);
      button.setAttribute("aria-pressed", String(!off.has(names[i])));
      redraw();
    });
  });
}

function keep(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const fileName = (figure, ending) => `tmi-${figure.dataset.title.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "").toLowerCase().slice(0, 60)}.${ending}`;

export function csvOf(figure) {
  const data = read(figure); // what is put out is left out
  const cell = (v) => (/[",\n]/.test(v) ? `"${String(v).replaceAll('"', '""')}"` : v);
  // A name that a spreadsheet would take for a formula is kept from it.
  const name = (v) => cell(/^[=+\-@\t]/.test(v) ? `'${v}` : v);
  const heads = figure.querySelector("table").tHead.rows[0].cells;
  const label = [...heads].findIndex((th) => th.dataset.series !== undefined) === 1 ? heads[0] : heads[1];
  const lines = [[label.textContent.trim(), ...data.series.map((s) => s.name)].map(name).join(",")];
  data.labels.forEach((l, i) => lines.push([name(l), ...data.series.map((s) => s.values[i])].join(",")));
  return "\uFEFF" + lines.join("\r\n") + "\r\n";
}

async function png(figure, form) {
  const width = 960, pad = 32, c = { ...palette(), isAlone: true };
  const [g, height] = drawings[form](read(figure), width - 2 * pad, c);
  g.setAttribute("transform", `translate(${pad} 76)`);
  const all = Math.ceil(height) + 128;
  const svg = el("svg", { xmlns: NS, width, height: all, viewBox: `0 0 ${width} ${all}` },
    el("rect", { width, height: all, fill: c.surface }), text(pad, 44, figure.dataset.title, c, { size: 20, weight: 700 }), g, text(pad, all - 20, figure.dataset.source, c, { size: 13, fill: c.soft }));
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await picture.decode();
  const sheet = document.createElement("canvas");
  sheet.width = 2 * width;
  sheet.height = 2 * all;
  sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
  return new Promise((done) => { sheet.toBlob(done, "image/png"); });
}

function upgrade(figure) {
  const tools = figure.querySelector("[data-chart-tools]");
  const base = figure.querySelector("[data-chart-base]"), drawn = figure.querySelector("[data-chart-drawn]"), parts = figure.querySelector("[data-chart-parts]");
  const buttons = [...tools.querySelectorAll("[data-form]")];
  const first = buttons[0].dataset.form;
  let form = first;
  const show = () => {
    const isBase = form === first && !(figure.dataset.chart === "time");
    base.hidden = !isBase;
    drawn.hidden = isBase;
    if (parts) parts.hidden = !["pie", "donut"].includes(form) && !(figure.dataset.chart === "time" && form === "bar");
    for (const b of buttons) b.setAttribute("aria-pressed", String(b.dataset.form === form));
    if (isBase) { drawn.replaceChildren(); return; }
    const svg = draw(read(figure), form, Math.max(drawn.clientWidth, 240));
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    const label = base.querySelector("svg[role=img]")?.getAttribute("aria-label") ?? figure.dataset.title;
    drawn.setAttribute("aria-label", `${label}. ${buttons.find((b) => b.dataset.form === form).textContent}. ${figure.dataset.keys}`);
    drawn.replaceChildren(svg);
  };
  const choose = (next, isAsked) => {
    form = next;
    show();
    if (!isAsked) return;
    const address = new URL(location.href);
    if (form === first) address.searchParams.delete("chart"); else address.searchParams.set("chart", form);
    history.replaceState(null, "", address);
  };
  for (const b of buttons) b.addEventListener("click", () => choose(b.dataset.form, true));
  tools.querySelector('[data-save="png"]').addEventListener("click", async () => keep(fileName(figure, "png"), await png(figure, form)));
  tools.querySelector('[data-save="csv"]').addEventListener("click", () => keep(fileName(figure, "csv"), new Blob([csvOf(figure)], { type: "text/csv;charset=utf-8" })));
  // The bars that the page came with say what stands in the table beside them.
  const heads = [...figure.querySelector("thead tr").cells].map((th) => th.textContent.trim());
  const lines = figure.dataset.chart === "share" ? [...figure.querySelectorAll("tbody tr")] : [];
  [...base.querySelectorAll("li")].forEach((li, i) => {
    const cells = [...lines[i].cells];
    said.set(li, { head: cells[1].textContent.trim(), rows: cells.slice(2).map((cell, n) => [heads[n + 2], cell.textContent.trim(), ""]) });
  });
  follow(base);
  drawn.tabIndex = 0;
  drawn.setAttribute("role", "group");
  follow(drawn);
  legendKeys(figure, show);
  tools.hidden = false;
  const wanted = new URL(location.href).searchParams.get("chart");
  choose(buttons.some((b) => b.dataset.form === wanted) ? wanted : first, false);
  let width = 0;
  new ResizeObserver(() => { if (drawn.clientWidth !== width && !drawn.hidden) { width = drawn.clientWidth; show(); } }).observe(drawn);
  document.addEventListener("tmi:theme", show);
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", show);
}

for (const figure of document.querySelectorAll("[data-chart]")) upgrade(figure);
