// Bars of what the table beside them says: the first groups, open and overdue.
"use strict";

const MOST = 15;
const place = document.querySelector("[data-chart-of]");

function column(table, name) {
  return table.querySelector(`th[data-number="${name}"]`).cellIndex;
}

function rows(table) {
  const number = (cell) => Number.parseInt(cell.textContent.replaceAll(",", ""), 10); // a mark may stand behind it
  const [open, overdue] = [column(table, "open"), column(table, "overdue")];
  return [...table.querySelectorAll("tr[data-group]")].slice(0, MOST).map((row) => ({
    name: row.cells[0].textContent.trim(),
    open: number(row.cells[open]),
    overdue: number(row.cells[overdue]),
  }));
}

function options(table) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const heading = (name) => table.tHead.rows[0].cells[column(table, name)].textContent.trim();
  const found = rows(table);
  const series = (name, key, filled) => ({
    name, type: "bar", stack: "all", data: found.map((row) => row[key]), itemStyle: { color: colour(filled) }, barMaxWidth: 28,
  });
  return {
    animation: false,
    textStyle: { fontFamily: style.fontFamily, color: colour("--ink") },
    grid: { left: 8, right: 12, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, textStyle: { color: colour("--ink") } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: {
      type: "category", data: found.map((row) => row.name),
      axisLabel: { color: colour("--soft"), interval: 0, hideOverlap: true, width: 88, overflow: "truncate" },
      axisLine: { lineStyle: { color: colour("--line") } }, axisTick: { show: false },
    },
    yAxis: {
      type: "value", minInterval: 1, axisLabel: { color: colour("--soft") },
      splitLine: { lineStyle: { color: colour("--line") } },
    },
    series: [
      { ...series(heading("overdue"), "overdue", "--bar-bad") },
      { ...series(heading("open"), "open", "--bar"), data: found.map((row) => Math.max(0, row.open - row.overdue)) },
    ],
  };
}

if (place) {
  const table = document.getElementById(place.dataset.chartOf);
  const chart = echarts.init(place);
  const draw = () => chart.setOption(options(table), true);
  draw();
  window.addEventListener("resize", () => chart.resize());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
