/** A client's score over time, with the bands of the zones behind it. */
import { axes, CHART, drawSvg } from "./svg.ts";

export interface TrendPoint {
  label: string;
  score: number;
}

/** Null for fewer than two points: one point is no trend. */
export function trendChart(points: readonly TrendPoint[]): string | null {
  if (points.length < 2) return null;
  return drawSvg(
    {
      ...axes(
        points.map((point) => point.label),
        { min: 0, max: 100 },
      ),
      series: [
        {
          type: "line",
          data: points.map((point) => point.score),
          step: "end",
          symbol: "circle",
          symbolSize: 5,
          lineStyle: { color: CHART, width: 2 },
          itemStyle: { color: CHART },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            data: [
              { yAxis: 75, lineStyle: { color: "var(--yellow)", type: "dashed" } },
              { yAxis: 50, lineStyle: { color: "var(--red)", type: "dashed" } },
            ],
          },
        },
      ],
    },
    { width: 460, height: 170 },
  );
}
