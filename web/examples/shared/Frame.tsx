import type { ReactNode } from 'react';

interface FrameProps {
  /** What the bar at the top holds. */
  bar: ReactNode;
  footer?: ReactNode;
  drawer: ReactNode;
  children: ReactNode;
}

/** What stands around every page. */
export function Frame({ bar, footer, drawer, children }: FrameProps) {
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <div className="masthead">{bar}</div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {footer && <footer className="foot">{footer}</footer>}
      {drawer}
    </div>
  );
}
