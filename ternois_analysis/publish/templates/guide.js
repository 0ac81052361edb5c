"use strict";
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const value = (id) => (one(id) ? one(id).value : "");
  const plain = (text) =>
    text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9@.]+/g, " ").trim();

  // What has expired since the page was made says so on the day it is read.
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0")).join("-");
  let late = false;
  all("[data-until]").filter((item) => item.dataset.until < today).forEach((item) => {
    late = true;
    all(".stale", item).forEach((mark) => { mark.hidden = false; });
  });
  if (late) { one("perimees").hidden = false; }
  const cards = all(".artisan");
  cards.filter((card) => card.dataset.rgeEnd < today).forEach((card) => {
    card.querySelector(".rge .valid").hidden = true;
    card.querySelector(".rge .stale").hidden = false;
    delete card.dataset.rgeEnd;
  });

  const places = JSON.parse(one("places").textContent);
  const radians = Math.PI / 180;
  function kilometres(from, to) {
    if (!places[from] || !places[to]) { return NaN; }
    const [lat, lon] = places[from], [otherLat, otherLon] = places[to];
    const square = Math.sin((otherLat - lat) * radians / 2) ** 2 +
      Math.cos(lat * radians) * Math.cos(otherLat * radians) *
      Math.sin((otherLon - lon) * radians / 2) ** 2;
    return 2 * 6371.0088 * Math.asin(Math.sqrt(square));
  }

  const fiches = all(".fiche");
  const texts = new Map([...cards, ...fiches].map((item) => {
    const copy = item.cloneNode(true);
    all("[hidden], .print", copy).forEach((part) => part.remove());
    const topic = item.closest(".topic");
    return [item, plain((topic ? topic.querySelector("h3").textContent + " " : "") + copy.textContent)];
  }));
  const form = document.querySelector(".search");
  const list = one("artisans");

  function agrees(card, near, limit) {
    const label = value("label");
    return (!value("metier") || card.dataset.trades.split("|").includes(value("metier"))) &&
      (!label || (label === "rge" ? Boolean(card.dataset.rgeEnd) : card.dataset.labels === "oui")) &&
      (!(one("bois") && one("bois").checked) || card.dataset.wood === "oui") &&
      (!near || !limit || kilometres(near, card.dataset.commune) <= limit);
  }

  function search() {
    const words = plain(value("mots")).split(" ").filter(Boolean);
    const said = (item) => words.every((word) => texts.get(item).includes(word));
    const near = value("commune"), limit = Number(value("distance"));
    if (one("distance")) { one("distance").disabled = !near; }
    fiches.forEach((fiche) => { fiche.hidden = !said(fiche); });
    all(".topic").forEach((topic) => {
      topic.hidden = all(".fiche", topic).every((fiche) => fiche.hidden);
    });
    cards.forEach((card) => {
      card.hidden = !(said(card) && agrees(card, near, limit));
      const far = near ? kilometres(near, card.dataset.commune) : NaN;
      card.querySelector(".km").textContent = Number.isNaN(far) ? "" :
        "(à " + far.toFixed(1).replace(".", ",") + "\u00a0km)";
    });
    if (list) {
      const rank = new Map(cards.map((card) => [card, near ? kilometres(near, card.dataset.commune) : 0]));
      [...cards].sort((a, b) => rank.get(a) - rank.get(b)).forEach((card) => list.append(card));
    }
    tell();
  }

  function tell() {
    const count = (items, noun) => {
      const shown = items.filter((item) => !item.hidden).length;
      return shown + "\u00a0" + noun + (shown > 1 ? "s" : "");
    };
    const parts = [count(fiches, "fiche")];
    if (cards.length) { parts.push(count(cards, "artisan")); }
    one("trouve").textContent = parts.join(" et ") + ".";
    one("rien").hidden = [...fiches, ...cards].some((item) => !item.hidden);
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", search);
  form.addEventListener("reset", () => setTimeout(search, 0));
  all(".print button").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest(".artisan").classList.add("chosen");
      document.body.classList.add("one");
      window.print();
    });
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("one");
    all(".chosen").forEach((card) => card.classList.remove("chosen"));
  });
  search();
})();
