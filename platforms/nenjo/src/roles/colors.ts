/** Told apart on light and on dark ground; the first is what the first role gets. */
export const palette = [
  ...(['#3B82F6', '#EF4444', '#10B981', '#F59E0B', '#8B5CF6', '#EC4899', '#14B8A6', '#F97316'] as const),
  ...(['#6366F1', '#84CC16', '#06B6D4', '#A16207', '#D946EF', '#64748B', '#7F1D1D', '#166534'] as const),
] as const;

type Rgb = readonly [red: number, green: number, blue: number];

/** The colour of the palette whose nearest existing one is the farthest; where several are as far, the one used least, then the first. */
export function farthestColor(existing: readonly string[]): string {
  const taken = existing.map(rgbOf);
  const nearest = (color: string) => Math.min(...taken.map((other) => distance(rgbOf(color), other)));
  const uses = (color: string) => existing.filter((other) => other.toUpperCase() === color).length;
  const [best] = palette
    .map((color) => ({ color, nearest: nearest(color), uses: uses(color) }))
    .sort((a, b) => (a.nearest === b.nearest ? a.uses - b.uses : b.nearest - a.nearest));
  return best?.color ?? palette[0];
}

function rgbOf(color: string): Rgb {
  const at = (start: number) => Number.parseInt(color.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
}

/** Squared, and weighted as eyes do ("redmean"): green counts most, red the more the redder both are. */
function distance([r1, g1, b1]: Rgb, [r2, g2, b2]: Rgb): number {
  const red = (r1 + r2) / 2;
  return (2 + red / 256) * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + (2 + (255 - red) / 256) * (b1 - b2) ** 2;
}
