/** One figure by cohort, with its target as a line or its band as an area. */
import { axes, CHART, drawSvg } from "./svg.ts";

export interface CohortPoint {
  label: string;
  value: number | null;
}

/** @param marks the target, or both ends of a band */
export function cohortChart(
  points: readonly CohortPoint[],
  marks: { target?: number | null; band?: readonly [number, number] },
  width = 560,
): string | null {
  const known = points.filter((point) => point.value !== null);
  if (known.length === 0) return null;
  const highest = Math.max(...known.map((point) => point.value!), marks.target ?? 0, marks.band?.[1] ?? 0);
  const lines = marks.target === null || marks.target === undefined ? [] : [{ yAxis: marks.target }];
  return drawSvg(
    {
      ...axes(
        points.map((point) => point.label),
        { min: 0, max: Math.ceil(highest * 1.1) },
      ),
      series: [
        {
          type: "bar",
          data: points.map((point) => point.value),
          barMaxWidth: 34,
          itemStyle: { color: CHART },
          ...(lines.length > 0 && {
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { color: "var(--green)", type: "dashed", width: 2 },
              data: lines,
            },
          }),
          ...(marks.band && {
            markArea: {
              silent: true,
              itemStyle: { color: "var(--green-bg)" },
              data: [[{ yAxis: marks.band[0] }, { yAxis: marks.band[1] }]],
            },
          }),
        },
      ],
    },
    { width, height: 210 },
  );
}

/** A ratio on the range that the sources name. */
export function ratioChart(value: number, range: readonly [number, number]): string {
  const highest = Math.max(value, range[1]) * 1.1;
  return drawSvg(
    {
      grid: { left: 16, right: 16, top: 8, bottom: 24 },
      xAxis: {
        type: "value",
        min: 0,
        max: Math.ceil(highest),
        axisLabel: { color: "var(--soft)", formatter: "{value} : 1" },
        splitLine: { lineStyle: { color: "var(--line)" } },
      },
      yAxis: { type: "category", data: [""], axisTick: { show: false }, axisLine: { show: false } },
      series: [
        {
          type: "bar",
          data: [value],
          barWidth: 18,
          itemStyle: { color: CHART },
          markArea: {
            silent: true,
            itemStyle: { color: "var(--green-bg)" },
            data: [[{ xAxis: range[0] }, { xAxis: range[1] }]],
          },
        },
      ],
    },
    { width: 460, height: 90 },
  );
}
