import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

interface NoticeProps {
  kind: 'done' | 'problem' | 'info';
  /** Take the focus when it appears: for a notice that replaces what had it. */
  focus?: boolean;
  children: ReactNode;
}

/** A message that belongs to what the person just did. Read out when it appears. */
export function Notice({ kind, focus = false, children }: NoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus]);
  return (
    <div
      ref={box}
      className={`notice notice-${kind}`}
      role={kind === 'problem' ? 'alert' : 'status'}
      tabIndex={-1}
    >
      {children}
    </div>
  );
}
