/** Who plays: one asks, one approves, one may only look. */
export const people = {
  ada: { id: 'U0ADA', name: 'ada', real_name: 'Ada (asks)' },
  ben: { id: 'U0BEN', name: 'ben', real_name: 'Ben (asks, approves)' },
  cleo: { id: 'U0CLEO', name: 'cleo', real_name: 'Cleo (looks)' },
  operators: { id: 'S0OPERATORS', handle: 'operators', users: ['U0BEN'] },
  channels: [
    { id: 'C0DEPLOYS', name: 'deploys' },
    { id: 'C0TRADING', name: 'trading' },
  ],
};

export const deploys = 'C0DEPLOYS';
