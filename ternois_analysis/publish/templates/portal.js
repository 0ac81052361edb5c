"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const plain = (text) =>
    text.replace(/œ/gi, "oe").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      .toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();
  const make = (tag, text, facts = {}) => {
    const made = Object.assign(document.createElement(tag), facts);
    made.textContent = text;
    return made;
  };

  // Search: every word asked must begin a word of the name; names that begin with it come first.
  const LISTED = 20;
  const entries = read("entries").map(([kind, name, href]) => ({ kind, name, href, key: ` ${plain(name)}` }));
  const query = byId("query"), found = byId("found"), count = byId("count");
  const search = () => {
    const words = plain(query.value).split(" ").filter(Boolean);
    found.replaceChildren();
    if (!words.length) { count.textContent = ""; return; }
    const hits = entries.filter((e) => words.every((w) => e.key.includes(` ${w}`)));
    const first = ` ${words.join(" ")}`;
    hits.sort((a, b) => b.key.startsWith(first) - a.key.startsWith(first));
    for (const hit of hits.slice(0, LISTED)) {
      const item = document.createElement("li");
      item.append(make("a", hit.name, { href: hit.href }), " ", make("small", hit.kind));
      found.append(item);
    }
    count.textContent = !hits.length ? "Aucun résultat."
      : hits.length === 1 ? "1 résultat."
      : hits.length > LISTED ? `${hits.length} résultats, dont voici les ${LISTED} premiers.`
      : `${hits.length} résultats.`;
  };
  query.addEventListener("input", search);
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  byId("search").hidden = false;

  // A link to a definition opens the theme that folds it.
  const unfold = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && byId(id);
    const folded = target && target.closest("details");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();

  if (!byId("compare")) return;
  const { territories, lines, cells } = read("values");
  const left = byId("left"), right = byId("right"), theme = byId("theme");
  for (const [id, label] of territories) {
    left.append(make("option", label, { value: id }));
    right.append(make("option", label, { value: id }));
  }
  theme.append(make("option", "Tous", { value: "" }));
  for (const name of new Set(lines.map((line) => line[2]))) theme.append(make("option", name, { value: name }));
  right.selectedIndex = 1;
  const value = (shown) => {
    const cell = make("td", shown ? shown[0] : "–", { className: "num" });
    const under = shown ? [shown[1], shown[2]].filter(Boolean).join(", ") : "";
    if (under) cell.append(make("small", under));
    return cell;
  };
  const compare = () => {
    const names = [left, right].map((select) => select.selectedOptions[0].textContent);
    const sides = [left, right].map((select) => cells[select.value]);
    const table = document.createElement("table");
    table.append(make("caption", `${names[0]} et ${names[1]}`));
    const head = table.createTHead().insertRow();
    head.append(make("th", "Indicateur", { scope: "col" }));
    for (const name of names) head.append(make("th", name, { scope: "col", className: "num" }));
    let body, last;
    lines.forEach(([name, category, group], rank) => {
      const shown = sides.map((side) => side[rank]);
      if ((theme.value && group !== theme.value) || !shown.some(Boolean)) return;
      if (group !== last) {
        body = table.createTBody();
        body.insertRow().append(make("th", group, { scope: "rowgroup", colSpan: 3, className: "group" }));
        last = group;
      }
      const row = body.insertRow();
      const label = make("th", name.replace("\u00a0(", " ("), { scope: "row" });
      if (category) label.append(make("small", category));
      row.append(label, ...shown.map(value));
    });
    byId("compared").replaceChildren(table);
  };
  for (const select of [left, right, theme]) select.addEventListener("change", compare);
  byId("compare").addEventListener("submit", (event) => event.preventDefault());
  byId("compare").hidden = byId("compared").hidden = false;
  compare();
})();
