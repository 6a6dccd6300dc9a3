"use strict";

// Without this script, the page shows all tables and panels one below the other.

function valueOf(row, column) {
  const cell = row.cells[column];
  return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent.trim();
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}

function sortRows(table, header) {
  const column = header.cellIndex;
  const first = header.dataset.first || "ascending";
  const second = first === "ascending" ? "descending" : "ascending";
  const direction = header.getAttribute("aria-sort") === first ? second : first;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => sign * compare(valueOf(a, column), valueOf(b, column)));
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  for (const header of table.tHead.rows[0].cells) {
    if (header.dataset.sort === "no") continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortRows(table, header));
  }
}

function makeFilter(form) {
  const rows = [...document.getElementById(form.dataset.table).tBodies[0].rows];
  const status = form.querySelector("output");
  function update() {
    const text = form.elements.text.value.trim().toLowerCase();
    const { light, group } = form.elements;
    let shown = 0;
    for (const row of rows) {
      const fits = row.cells[0].textContent.toLowerCase().includes(text)
        && (!light.value || row.dataset.light === light.value)
        && (!group || !group.value || row.dataset.group === group.value);
      row.hidden = !fits;
      shown += fits;
    }
    status.textContent = `${shown} of ${rows.length} rows shown`;
  }
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
}

function makeTabs(group, number) {
  const panels = [...group.children];
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", group.dataset.label);
  const tabs = panels.map((panel, place) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${number}-${place}`;
    tab.textContent = panel.dataset.title;
    tab.setAttribute("role", "tab");
    panel.id = `panel-${number}-${place}`;
    panel.tabIndex = 0;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
    return tab;
  });
  function select(chosen) {
    tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === chosen));
      tab.tabIndex = place === chosen ? 0 : -1;
      panels[place].hidden = place !== chosen;
    });
  }
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => select(place));
    tab.addEventListener("keydown", (event) => {
      const target = { Home: 0, End: tabs.length - 1 }[event.key]
        ?? (event.key in steps ? (place + steps[event.key] + tabs.length) % tabs.length : place);
      if (target === place) return;
      event.preventDefault();
      select(target);
      tabs[target].focus();
    });
  });
  list.append(...tabs);
  group.before(list);
  select(0);
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("form.filter").forEach(makeFilter);
document.querySelectorAll(".tabs").forEach(makeTabs);
