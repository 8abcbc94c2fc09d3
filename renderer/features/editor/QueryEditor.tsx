import './editor.css';
import { useEffect, useRef } from 'react';
import { useServices, useSession, useSetting } from '../../client/services.ts';
import { SETTINGS } from '../../client/settings-store.ts';
import type { ThemeName } from '../../ui/themes.ts';
import { attachBlockTint } from './block-tint.ts';
import { controllerOf } from './editor-controller.ts';
import { editorTheme } from './editor-themes.ts';
import { attachEngineCheck } from './engine-check.ts';
import { modelOf } from './models.ts';
import { monaco } from './monaco.ts';
import { attachRunErrors } from './run-errors.ts';
import { EDITOR_SETTINGS } from './settings.ts';
import { setUpEditor } from './setup.ts';

export interface QueryEditorProps {
  readonly documentId: string;
  readonly theme: ThemeName;
  readonly changeText: (text: string) => void;
}

const MONO =
  "'Cascadia Mono', Consolas, 'SF Mono', Menlo, 'Liberation Mono', 'DejaVu Sans Mono', monospace";

/** The editor of one document. */
export function QueryEditor({ documentId, theme, changeText }: QueryEditorProps) {
  const services = useServices();
  const container = useRef<HTMLDivElement>(null);
  const editorRef = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const change = useRef(changeText);
  change.current = changeText;
  const active = useSession((s) => s.activeId === documentId);
  const [fontSize] = useSetting(SETTINGS.editorFontSize);
  const [fontFamily] = useSetting(SETTINGS.editorFontFamily);
  const [minimap] = useSetting(EDITOR_SETTINGS.minimap);
  const [wordWrap] = useSetting(EDITOR_SETTINGS.wordWrap);
  const [lineNumbers] = useSetting(EDITOR_SETTINGS.lineNumbers);
  const [completion] = useSetting(EDITOR_SETTINGS.completion);

  useEffect(() => {
    if (!container.current) return;
    setUpEditor(services);
    const opened = modelOf(services, documentId, (text) => change.current(text));
    const editor = monaco.editor.create(container.current, {
      model: opened.model,
      // Enter behind a word that is whole already is a new line.
      acceptSuggestionOnEnter: 'smart',
      ariaLabel: 'Query',
      automaticLayout: true,
      bracketPairColorization: { enabled: false },
      'semanticHighlighting.enabled': true,
      contextmenu: true,
      cursorBlinking: 'solid',
      cursorSurroundingLines: 2,
      fixedOverflowWidgets: true,
      folding: true,
      glyphMargin: false,
      lineDecorationsWidth: 8,
      lineNumbersMinChars: 3,
      links: false,
      matchBrackets: 'always',
      occurrencesHighlight: 'singleFile',
      overviewRulerBorder: false,
      padding: { top: 4, bottom: 4 },
      renderLineHighlight: 'none',
      renderWhitespace: 'none',
      roundedSelection: false,
      scrollBeyondLastLine: false,
      showFoldingControls: 'mouseover',
      smoothScrolling: false,
      suggest: { showWords: false, showSnippets: false, preview: false },
      tabSize: 4,
      wordBasedSuggestions: 'off',
    });
    editorRef.current = editor;
    if (opened.viewState) editor.restoreViewState(opened.viewState);
    const controller = controllerOf(editor, opened);
    let detach: (() => void) | undefined;
    const attach = (): void => {
      detach ??= services.editor.attach(controller);
    };
    const followActive = (): void => {
      if (services.session.getState().activeId === documentId) attach();
      else {
        detach?.();
        detach = undefined;
      }
    };
    followActive();
    const parts = [
      attachBlockTint(editor),
      attachEngineCheck(services, editor, opened, documentId),
      attachRunErrors(services, editor, documentId),
      editor.onDidFocusEditorText(() => {
        if (services.session.getState().activeId !== documentId)
          services.session.setState({ activeId: documentId });
      }),
      editor.onDidBlurEditorText(() => opened.flush()),
    ];
    const stop = services.session.subscribe(followActive);
    return () => {
      opened.viewState = editor.saveViewState();
      opened.flush();
      stop();
      detach?.();
      for (const part of parts) part.dispose();
      editor.dispose();
    };
  }, [services, documentId]);

  useEffect(() => monaco.editor.setTheme(editorTheme(theme)), [theme]);

  useEffect(() => {
    editorRef.current?.updateOptions({
      fontSize,
      lineHeight: Math.round(fontSize * 1.42),
      fontFamily: fontFamily === '' ? MONO : `${fontFamily}, ${MONO}`,
      minimap: { enabled: minimap },
      wordWrap: wordWrap ? 'on' : 'off',
      lineNumbers: lineNumbers ? 'on' : 'off',
      quickSuggestions: completion,
      suggestOnTriggerCharacters: completion,
    });
  }, [fontSize, fontFamily, minimap, wordWrap, lineNumbers, completion]);

  useEffect(() => {
    const here = document.activeElement;
    // The keyboard goes along from tab to tab, but is not taken away from other panes.
    const free = here === null || here === document.body || here.closest('.ca-editor') !== null;
    if (active && free) editorRef.current?.focus();
  }, [active]);

  return <div ref={container} className="ca-editor" />;
}
