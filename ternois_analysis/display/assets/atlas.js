/* The thematic layer of the atlas: one indicator at a time, its legend, and one commune at a time,
   under the pointer or chosen in the list. Texts come escaped from Python. */
function atlas(map, layer, outlines, data) {
  "use strict";
  var choice = document.getElementById("indicator");
  var list = document.getElementById("unit");
  var legend = document.getElementById("legend");
  var said = document.getElementById("said");
  var circles = L.layerGroup().addTo(map);
  var shapes = [];

  function chosen() { return data.indicators[choice.value]; }

  function text(unit) {
    return "<b>" + unit.name + "</b><br>" + chosen().short + "<br>" + unit.values[choice.value][1];
  }

  function paint() {
    var indicator = chosen();
    circles.clearLayers();
    shapes.forEach(function (shape, i) {
      var value = data.units[i].values[choice.value];
      shape.setStyle({
        color: "#595959", weight: 0.6, opacity: 1, fillOpacity: 1,
        fillColor: indicator.fills[value[0]]
      });
      if (value[2]) {
        circles.addLayer(L.circleMarker(data.units[i].at, {
          radius: value[2], color: "#FFFFFF", weight: 1, fillColor: indicator.circle,
          fillOpacity: 1, interactive: false
        }));
      }
    });
    legend.innerHTML = indicator.legend;
    document.body.classList.toggle("mark", indicator.mark);
    tell();
  }

  function tell() {
    said.innerHTML = list.value ? text(data.units[list.value]).replace(/<br>/g, " : ") : "";
    shapes.forEach(function (shape, i) {
      if (String(i) === list.value) {
        shape.setStyle({ color: "#1A1A1A", weight: 3 }).bringToFront().openTooltip();
      } else {
        shape.setStyle({ color: "#595959", weight: 0.6 }).closeTooltip();
      }
    });
    outlines.bringToFront();
    circles.eachLayer(function (circle) { circle.bringToFront(); });
  }

  function fit() {
    map.invalidateSize(false);
    // A frame that is not laid out yet has no room for the padding; it is resized later.
    if (map.getSize().x < 32 || map.getSize().y < 32) { return; }
    map.fitBounds(layer.getBounds(), { padding: [8, 8], animate: false });
  }

  layer.eachLayer(function (shape) {
    var unit = data.units[shape.feature.properties.rank];
    shapes[shape.feature.properties.rank] = shape;
    shape.bindTooltip(function () { return text(unit); }, { sticky: !L.Browser.mobile });
  });
  data.places.forEach(function (place) {
    var icon = L.divIcon({ className: "", iconSize: [0, 0], html: "<b class=place>" + place.name + "</b>" });
    L.marker(place.at, { icon: icon, interactive: false, keyboard: false }).addTo(map);
  });
  L.control.zoom({ zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  choice.addEventListener("change", paint);
  list.addEventListener("change", tell);
  window.addEventListener("resize", fit);
  paint();
  fit();
}
