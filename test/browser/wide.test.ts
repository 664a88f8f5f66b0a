import { playStory } from './support/story.ts';

playStory({ width: 1440, height: 900 });
