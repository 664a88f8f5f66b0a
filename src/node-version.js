// Ends the process if this Node cannot run TypeScript. Plain JavaScript, so that an older Node can read this file.
const OLDEST = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);
const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);

// Some distributions build Node without this feature. In Node 23.0 to 23.5 it is off.
if (isOld || !process.features.typescript) {
  const reason = isOld ? '' : ', which cannot run TypeScript';
  process.stderr.write(
    `argo-bot needs an official Node of ${OLDEST.join('.')} or newer. ` +
      `${process.execPath} is Node ${process.versions.node}${reason}.\n` +
      'Install Node 24 for all users, as root: npm install --global --prefix /usr/local node@24\n' +
      'Or from https://nodejs.org/en/download. Then open a new shell, and type the command again.\n',
  );
  process.exit(1);
}
