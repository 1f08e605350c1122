import { Navigate, Route, Routes } from 'react-router';
import { Layout } from './Layout';
import { Profile } from './Profile';

export function App() {
  return (
    <Layout>
      <Routes>
        <Route path="profile" element={<Profile />} />
        <Route path="*" element={<Navigate to="/profile" replace />} />
      </Routes>
    </Layout>
  );
}
