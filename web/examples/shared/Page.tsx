import { useContext } from 'react';
import type { ReactNode } from 'react';
import { Page as AnyPage } from '../../ui/Page';
import { Site } from './site';

// Whether a page has been shown that the next one takes the place of.
let shown = false;

function replacesOne(): boolean {
  const replaces = shown;
  shown = true;
  return replaces;
}

interface PageProps {
  /** What the page is about, for the title of the document; none for the app as a whole. */
  title?: string;
  heading: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** One page of an example. */
export function Page({ title, heading, className = '', children }: PageProps) {
  const site = useContext(Site);
  return (
    <AnyPage
      title={title ? `${title} – ${site}` : site}
      heading={heading}
      className={className}
      takesFocus={replacesOne}
    >
      {children}
    </AnyPage>
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
