import { Route, Routes } from 'react-router';
import { AdminPart } from './components/AdminPart';
import { Layout } from './components/Layout';
import { Protected } from './components/Protected';
import { Account } from './pages/Account';
import { Home } from './pages/Home';
import { NewPassword } from './pages/NewPassword';
import { NotFound } from './pages/NotFound';
import { Profile } from './pages/Profile';
import { Reset } from './pages/Reset';
import { SessionEnded } from './pages/SessionEnded';
import { SignedOut } from './pages/SignedOut';
import { SignIn } from './pages/SignIn';
import { SignUp } from './pages/SignUp';

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<Home />} />
        <Route path="sign-in" element={<SignIn />} />
        <Route path="sign-up" element={<SignUp />} />
        <Route path="signed-out" element={<SignedOut />} />
        <Route path="session-ended" element={<SessionEnded />} />
        <Route path="reset" element={<Reset />} />
        <Route element={<Protected />}>
          <Route path="new-password" element={<NewPassword />} />
          <Route path="profile" element={<Profile />} />
          <Route path="account" element={<Account />} />
          <Route path="admin/*" element={<AdminPart />} />
        </Route>
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
