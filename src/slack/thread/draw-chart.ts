// Draws a PNG from an SVG without a browser: reads the SVG from stdin, and writes the PNG to stdout.
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

/** PNGs are twice as large as the SVG, for the pixel density of phones. */
const ZOOM = 2;

/** The fonts come from an npm package: servers often have none, and charts must look the same everywhere. */
const fonts = [
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
].map((url) => fileURLToPath(url));

const picture = new Resvg(await text(process.stdin), {
  fitTo: { mode: 'zoom', value: ZOOM },
  font: { loadSystemFonts: false, fontFiles: fonts, defaultFontFamily: 'DejaVu Sans' },
});
process.stdout.write(picture.render().asPng());
