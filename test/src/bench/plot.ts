/**
 * @module One chart as SVG: lines over a logarithmic axis. It follows the reader's light or dark setting.
 */

export interface Line {
  readonly name: string;
  readonly colour: string;
  /** Rising in x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Marks of the axis, rising, with what they say; the first and the last are its ends. */
  readonly marks: readonly (readonly [x: number, label: string])[];
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 360, 64, 16, 40, 56];
const ROWS = 5;

/** The next of 1, 2, 5, 10, 20, ... that is at least x. */
function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].map((k) => k * power).find((k) => k >= x)!;
}

/** The chart as one SVG file. */
export function plot({ title, x, y, marks, lines }: Chart): string {
  const [from, to] = [Math.log(marks[0]![0]), Math.log(marks.at(-1)![0])];
  const step = roundUp(Math.max(...lines.flatMap((line) => line.points.map((p) => p[1]))) / ROWS);
  const at = (v: number): string => v.toFixed(1);
  const across = (v: number): number => LEFT + ((Math.log(v) - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const down = (v: number): number => HEIGHT - BOTTOM - (v / (ROWS * step)) * (HEIGHT - TOP - BOTTOM);
  const text = (tx: number, ty: number, anchor: string, content: string): string =>
    `<text x="${at(tx)}" y="${at(ty)}" text-anchor="${anchor}">${content}</text>`;
  const rows = Array.from({ length: ROWS + 1 }, (_, i) => i * step).flatMap((v) => [
    `<path class="grid" d="M${LEFT} ${at(down(v))}H${WIDTH - RIGHT}"/>`,
    text(LEFT - 8, down(v) + 4, 'end', `${v}`),
  ]);
  const columns = marks.flatMap(([v, label]) => [
    `<path class="grid" d="M${at(across(v))} ${TOP}V${HEIGHT - BOTTOM}"/>`,
    text(across(v), HEIGHT - BOTTOM + 18, 'middle', label),
  ]);
  const drawn = lines.flatMap(({ name, colour, points }, i) => {
    const path = points.map(([px, py], k) => `${k === 0 ? 'M' : 'L'}${at(across(px))} ${at(down(py))}`).join('');
    return [
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(([px, py]) => `<circle cx="${at(across(px))}" cy="${at(down(py))}" r="3" fill="${colour}"/>`),
      `<path d="M${WIDTH - 150} ${TOP + 14 + 20 * i}h24" stroke="${colour}" stroke-width="2"/>`,
      text(WIDTH - 120, TOP + 18 + 20 * i, 'start', name),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" role="img">
<title>${title}</title>
<style>text{fill:#333}.grid{stroke:#8884;fill:none}@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>
${text(LEFT, 20, 'start', y)}
${text(WIDTH - RIGHT, HEIGHT - 12, 'end', x)}
${[...rows, ...columns, ...drawn].join('\n')}
</svg>
`;
}
