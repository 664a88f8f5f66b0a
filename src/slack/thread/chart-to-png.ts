import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

/** Drawn at twice its size: phones have that many points. */
const ZOOM = 2;

/** Machines for bots have no fonts: ours comes with a package, so that the picture is the same everywhere. */
const fonts = [
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
].map((url) => fileURLToPath(url));

/** Draws an SVG as a PNG, without a browser. */
export function png(svg: string): Buffer<ArrayBuffer> {
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { loadSystemFonts: false, fontFiles: fonts, defaultFontFamily: 'DejaVu Sans' },
  });
  return Buffer.from(picture.render().asPng());
}
