import type { ReactNode } from 'react';
import { useLocation } from 'react-router';
import { Page as AnyPage } from '../../../ui/Page';

interface PageProps {
  /** What the page is about, for the title of the document. */
  title: string;
  /** The heading, where it differs from the title. */
  heading?: ReactNode;
  className?: string;
  /** Takes the place of another page at the same address, which had the focus. */
  replaces?: boolean;
  children: ReactNode;
}

/** One page of the app. */
export function Page({
  title,
  heading = title,
  className = '',
  replaces = false,
  children,
}: PageProps) {
  const firstPage = useLocation().key === 'default';
  return (
    <AnyPage
      title={`${title} – Latchkey`}
      heading={heading}
      className={className}
      takesFocus={() => replaces || !firstPage}
    >
      {children}
    </AnyPage>
  );
}
