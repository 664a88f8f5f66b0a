// Draws the chart of a watch, an SVG, as a PNG for Slack, without a browser.
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

/** Twice the size, for the pixel density of phones. */
const ZOOM = 2;

/** The font comes with a package: servers have none, and the picture must look the same everywhere. */
const fonts = [
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
].map((url) => fileURLToPath(url));

export function png(svg: string): Buffer<ArrayBuffer> {
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { loadSystemFonts: false, fontFiles: fonts, defaultFontFamily: 'DejaVu Sans' },
  });
  return Buffer.from(picture.render().asPng());
}
