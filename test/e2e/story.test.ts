import { expect, test } from '@jest/globals';
import { startScene } from '../../sandbox/scene.ts';
import { playStory } from '../../sandbox/story.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

describeOnHosts('the story of the demo', () => {
  test('a release goes live without losing a request, and a bad one is rolled back by itself', async () => {
    const said: string[] = [];
    const scene = await startScene({ watch: { checks: 12, interval_seconds: 0.5 } });
    try {
      const { wrong, traffic } = await playStory(scene, (line) => said.push(line));
      expect(wrong).toEqual([]);
      expect(traffic.failed).toBe(0);
      const errors = scene.workspace.calls().map(({ error }) => error);
      expect(errors).not.toContain('ratelimited');
      expect(said).toContain('ok     an alert was posted while it was degraded');
    } finally {
      await scene.stop();
    }
  });
});
