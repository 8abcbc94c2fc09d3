import { useEffect, useState } from 'react';
import type { RateHistory } from './rate-history.ts';

const SECONDS = 60;
const WIDTH = 120;
const HEIGHT = 20;

/** Rows per second of the last minute. */
export function Sparkline({ rates }: { readonly rates: RateHistory }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const series = rates.series(now, SECONDS);
  const most = Math.max(1, ...series);
  const step = WIDTH / SECONDS;
  const rate = rates.perSecond(now);
  const text = `${(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)).toLocaleString('en-US')} rows/s`;
  return (
    <span className="lv-rate" title={`The table gets ${text}; most in the last minute: ${most}`}>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={`Rate of the last minute: ${text}`}>
        {series.map((rows, i) => {
          const height = rows === 0 ? 0 : Math.max(1.5, (rows / most) * HEIGHT);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a place on the axis
              key={i}
              x={i * step}
              y={HEIGHT - height}
              width={step - 0.5}
              height={height}
            />
          );
        })}
      </svg>
      <span data-testid="live-rate">{text}</span>
    </span>
  );
}
