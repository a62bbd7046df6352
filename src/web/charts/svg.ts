/** Charts as SVG text, drawn on the server; each page shows the same numbers as a table beside it. */
import { BarChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
} from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  LineChart,
  BarChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  MarkAreaComponent,
  AriaComponent,
  SVGRenderer,
]);

export interface ChartSize {
  width: number;
  height: number;
}

/**
 * Draws a chart. Styles come as attributes, because the page's policy allows no inline styles, and colours as variables of the style sheet, so
 * that dark screens get dark charts.
 */
export function drawSvg(option: EChartsCoreOption, size: ChartSize): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption({ animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
    .replace(/ style="([^"]*)"/g, (_, style: string) => attributes(style))
    .replace("<svg ", '<svg aria-hidden="true" focusable="false" ');
}

/** `font-size:12px;fill:red` as presentation attributes. */
function attributes(style: string): string {
  return style
    .split(";")
    .map((one) => one.split(":"))
    .filter(([name, value]) => name && value && /^[a-z-]+$/.test(name.trim()))
    .map(([name, value]) => ` ${name!.trim()}="${value!.trim()}"`)
    .join("");
}

export const TEXT = "var(--soft)";
const LINE = "var(--line)";
export const CHART = "var(--chart)";
const FONT = "system-ui, sans-serif";

/** Axes and grid as all our charts have them. */
export function axes(labels: readonly string[], range: { min?: number; max?: number } = {}): EChartsCoreOption {
  const label = { color: TEXT, fontFamily: FONT, fontSize: 12 };
  return {
    grid: { left: 44, right: 16, top: 16, bottom: 28 },
    xAxis: {
      type: "category",
      data: [...labels],
      axisLabel: label,
      axisLine: { lineStyle: { color: LINE } },
      axisTick: { show: false },
    },
    yAxis: { type: "value", ...range, axisLabel: label, splitLine: { lineStyle: { color: LINE } } },
  };
}
