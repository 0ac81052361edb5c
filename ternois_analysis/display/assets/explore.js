/* The panels of the exploration. A unit chosen in one is shown in all of them; texts come escaped
   from Python, which draws the panels again when a choice changes. */
const ORDER = ["map", "ranking", "crossed", "time", "table", "words"];

function plain(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/œ/g, "oe").toLowerCase();
}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ternois-explore";
  root.innerHTML = '<p class="said" role="status"></p>' +
    ORDER.map((name) => `<section class="${name}"></section>`).join("");
  el.appendChild(root);
  const drawn = {};
  let query = "";

  function mark() {
    const chosen = model.get("selected");
    root.classList.toggle("some", Boolean(chosen));
    root.querySelectorAll("[data-t]").forEach((part) => {
      const on = part.dataset.t === chosen;
      part.classList.toggle("on", on);
      const button = part.querySelector("button");
      if (button) button.setAttribute("aria-pressed", String(on));
      if (on && part.matches("path.unit, circle")) part.parentNode.appendChild(part);
    });
    root.querySelectorAll("li.row.on, tr.on").forEach((part) => {
      const box = part.closest("ol, .scroll");
      const off = part.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (off < 0 || off > box.clientHeight - 30) box.scrollTop += off - box.clientHeight / 2;
    });
    root.querySelector(".said").textContent = model.get("said");
  }

  function sift() {
    root.querySelectorAll("tbody tr").forEach((row) => {
      row.hidden = !plain(row.querySelector("th").textContent).includes(plain(query));
    });
  }

  function draw() {
    const panels = model.get("panels");
    ORDER.forEach((name) => {
      if (drawn[name] === panels[name]) return;
      drawn[name] = panels[name];
      root.querySelector(`section.${name}`).innerHTML = panels[name] || "";
    });
    const box = root.querySelector("input[type=search]");
    if (box && box.value !== query) box.value = query;
    sift();
    mark();
    root.dataset.drawn = String(Number(root.dataset.drawn || 0) + 1);
  }

  function download() {
    const file = new Blob(["\ufeff" + model.get("csv")], { type: "text/csv;charset=utf-8" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = model.get("filename");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  root.addEventListener("click", (event) => {
    if (event.target.closest(".download")) return download();
    const part = event.target.closest("[data-t]");
    if (!part) return undefined;
    const chosen = part.dataset.t;
    model.set("selected", chosen === model.get("selected") ? "" : chosen);
    model.save_changes();
    return mark();
  });
  root.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=search]")) return;
    query = event.target.value;
    sift();
  });
  model.on("change:panels", draw);
  model.on("change:selected change:said", mark);
  draw();
}

export default { render };
