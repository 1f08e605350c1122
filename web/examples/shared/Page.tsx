import { useContext, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { NavigationType, useNavigationType } from 'react-router';
import { ProblemContext, Site } from './site';

// Whether a page has been shown that the next one takes the place of.
let replaces = false;

interface PageProps {
  /** What the page is about, for the title of the document; none for the app as a whole. */
  title?: string;
  heading: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** One page: sets the title, and puts the focus on the heading unless the browser has just loaded it. */
export function Page({ title, heading, className = '', children }: PageProps) {
  const site = useContext(Site);
  const [problem, setProblem] = useState(false);
  const h1 = useRef<HTMLHeadingElement>(null);
  const back = useNavigationType() === NavigationType.Pop;

  useEffect(() => {
    document.title = (problem ? 'Error: ' : '') + (title ? `${title} – ${site}` : site);
  }, [problem, title, site]);

  useEffect(() => {
    if (!replaces) return void (replaces = true);
    h1.current?.focus({ preventScroll: true });
    if (!back) scrollTo(0, 0);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the page appears
  }, []);

  return (
    <ProblemContext value={setProblem}>
      <div className={`page ${className}`}>
        <h1 ref={h1} tabIndex={-1}>
          {heading}
        </h1>
        {children}
      </div>
    </ProblemContext>
  );
}

/** While it is not known what to show. */
export function Waiting() {
  return (
    <p className="waiting" role="status">
      One moment…
    </p>
  );
}

/** In place of a page that cannot be shown at the moment. */
export function Trouble({ words }: { words: string }) {
  return (
    <Page title="Not available" heading="This page is not available">
      <p role="alert">{words}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        Try again
      </button>
    </Page>
  );
}
