const [HEIGHT, WIDTH, GAP] = [20, 5, 1];

/** Counts as bars, the running one last; read out as words. */
export function Sparkline({ counts, label }: { counts: readonly number[]; label: string }) {
  const most = Math.max(1, ...counts);
  return (
    <svg role="img" aria-label={label} width={counts.length * (WIDTH + GAP)} height={HEIGHT} style={{ display: 'block' }}>
      {counts.map((count, at) => {
        const height = count === 0 ? 1 : Math.max(3, Math.round((HEIGHT * count) / most));
        return <rect key={at} x={at * (WIDTH + GAP)} y={HEIGHT - height} width={WIDTH} height={height} fill="currentColor" />;
      })}
    </svg>
  );
}
