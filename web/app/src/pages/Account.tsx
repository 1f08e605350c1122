import { useCallback, useState } from 'react';
import { Page } from '../components/Page';
import { Devices } from './account/Devices';
import { History } from './account/History';
import { PasswordSection } from './account/PasswordSection';

export function Account() {
  const [changes, setChanges] = useState(0);
  const changed = useCallback(() => setChanges((n) => n + 1), []);
  return (
    <Page title="Your account">
      <Devices onChange={changed} />
      <PasswordSection onChange={changed} />
      <History changes={changes} />
    </Page>
  );
}
