// Converts the SVG chart of a watch to a PNG for Slack, without a browser.
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

/** PNGs are twice as large as the SVG, for the pixel density of phones. */
const ZOOM = 2;

/** The fonts come from an npm package: servers often have none, and charts must look the same everywhere. */
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
