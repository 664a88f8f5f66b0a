import { playStory } from './support/story.ts';

playStory({ width: 360, height: 740 });
