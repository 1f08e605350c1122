const panes = [-60, -30, 0, 30, 60];

/** The front door: shut, or ajar with the light on for somebody who is at home. Decoration. */
export function Door({ open = false }: { open?: boolean }) {
  return (
    <svg
      className={open ? 'door door-open' : 'door'}
      viewBox="0 0 360 504"
      aria-hidden="true"
      focusable="false"
    >
      <path className="door-frame" d="M40 470V168a140 140 0 0 1 280 0v302z" />
      <path className="door-fanlight" d="M62 160a118 118 0 0 1 236 0z" />
      {panes.map((angle) => (
        <path
          key={angle}
          className="door-bar"
          d="M180 160V42"
          transform={`rotate(${angle} 180 160)`}
        />
      ))}
      <path className="door-bar" d="M136 160a44 44 0 0 1 88 0" />
      <rect className="door-frame" x="62" y="158" width="236" height="12" />
      <rect className="door-hall" x="62" y="170" width="236" height="300" />
      {open ? <Ajar /> : <Shut />}
      <rect className="door-step" x="20" y="464" width="320" height="14" rx="3" />
      {open && <path className="door-light" d="M206 464H298L346 504H150z" />}
    </svg>
  );
}

function Shut() {
  return (
    <g>
      <rect className="door-leaf" x="62" y="170" width="236" height="294" />
      <g className="door-panel">
        <rect x="84" y="192" width="84" height="112" rx="2" />
        <rect x="192" y="192" width="84" height="112" rx="2" />
        <rect x="84" y="334" width="84" height="106" rx="2" />
        <rect x="192" y="334" width="84" height="106" rx="2" />
      </g>
      <rect className="door-brass" x="146" y="313" width="68" height="12" rx="6" />
      <rect className="door-brass" x="277" y="296" width="16" height="42" rx="8" />
      <path
        className="door-keyhole"
        d="M285 307a4 4 0 0 1 2 7.4l1.4 9.6h-6.8l1.4-9.6a4 4 0 0 1 2-7.4z"
      />
    </g>
  );
}

function Ajar() {
  return (
    <g>
      <path className="door-leaf" d="M62 170L206 190V446L62 464z" />
      <g className="door-panel">
        <path d="M76 194L124 200V302L76 304z" />
        <path d="M138 202L190 209V300L138 302z" />
        <path d="M76 334L124 332V434L76 440z" />
        <path d="M138 332L190 330V426L138 432z" />
      </g>
      <rect className="door-brass" x="192" y="298" width="10" height="36" rx="5" />
    </g>
  );
}
