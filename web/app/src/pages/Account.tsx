import { Page } from '../components/Page';
import { Devices } from './account/Devices';
import { History } from './account/History';
import { PasswordSection } from './account/PasswordSection';

export function Account() {
  return (
    <Page title="Your account">
      <Devices />
      <PasswordSection />
      <History />
    </Page>
  );
}
