import {
  Button,
  Dropdown,
  Input,
  Option,
  Popover,
  PopoverSurface,
  PopoverTrigger,
} from '@fluentui/react-components';
import { AddRegular, DeleteRegular, HighlightRegular } from '@fluentui/react-icons';
import {
  HIGHLIGHT_COLOURS,
  type Highlight,
  type HighlightColour,
  highlighterOf,
} from './highlights.ts';

const colourNamed = (name: string | undefined): HighlightColour =>
  HIGHLIGHT_COLOURS.find((colour) => colour === name) ?? HIGHLIGHT_COLOURS[0];

/** Texts and expressions whose rows are coloured. */
export function HighlightsButton({
  highlights,
  onChange,
}: {
  readonly highlights: readonly Highlight[];
  readonly onChange: (highlights: readonly Highlight[]) => void;
}) {
  const { problems } = highlighterOf(highlights);
  const used = highlights.filter((h) => h.text !== '').length;
  const add = (): void => {
    const colour = HIGHLIGHT_COLOURS[highlights.length % HIGHLIGHT_COLOURS.length];
    onChange([...highlights, { text: '', colour: colourNamed(colour) }]);
  };
  return (
    <Popover trapFocus onOpenChange={(_e, { open }) => open && highlights.length === 0 && add()}>
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<HighlightRegular />}>
          Highlight{used > 0 ? ` (${used})` : ''}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className="lv-highlights" aria-label="Highlights">
        {highlights.map(({ text, colour }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is typed changes the content, not the place
          <div key={i} className="lv-highlight">
            <Input
              size="small"
              aria-label="Text or /expression/"
              placeholder="text or /expression/"
              value={text}
              onChange={(_e, data) => onChange(highlights.with(i, { text: data.value, colour }))}
            />
            <Dropdown
              size="small"
              aria-label="Colour"
              value={colour}
              selectedOptions={[colour]}
              onOptionSelect={(_e, data) =>
                onChange(highlights.with(i, { text, colour: colourNamed(data.optionValue) }))
              }
            >
              {HIGHLIGHT_COLOURS.map((name) => (
                <Option key={name} value={name} text={name}>
                  <span className="lv-swatch" data-colour={name} /> {name}
                </Option>
              ))}
            </Dropdown>
            <Button
              size="small"
              appearance="subtle"
              icon={<DeleteRegular />}
              aria-label="Remove this highlight"
              onClick={() => onChange(highlights.toSpliced(i, 1))}
            />
          </div>
        ))}
        {problems.map((problem) => (
          <div key={problem} role="alert" className="rs-error">
            {problem}
          </div>
        ))}
        <Button size="small" appearance="subtle" icon={<AddRegular />} onClick={add}>
          Add
        </Button>
      </PopoverSurface>
    </Popover>
  );
}
