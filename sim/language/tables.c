/* The tables of the language, made from their rows. */
#include "sim/language/program.h"
#include <signal.h>
#include <string.h>

#define K(id) (1u << KIND_##id)

const struct kind_row kind_rows[KIND_COUNT] = {
#define KIND(id, word, zh, lines, keys, short_key, meaning, meaning_zh, python) \
	[KIND_##id] = { word, zh, lines, keys, short_key, meaning, meaning_zh, python },
#include "sim/language/kinds.def"
#undef KIND
};

const struct function_row function_rows[FUNCTION_COUNT] = {
#define FUNCTION(id, word, of, least, most, meaning, zh, python) \
	[FUNCTION_##id] = { word, of, least, most, meaning, zh, python },
#include "sim/language/functions.def"
#undef FUNCTION
};

const char *const exception_words[EXCEPTION_COUNT] = {
#define EXCEPTION(id, word, meaning, zh) [EXCEPTION_##id] = word,
#include "sim/language/exceptions.def"
#undef EXCEPTION
};

const struct exception_row exception_rows[EXCEPTION_COUNT] = {
#define EXCEPTION(id, word, meaning, zh) [EXCEPTION_##id] = { meaning, zh },
#include "sim/language/exceptions.def"
#undef EXCEPTION
};

const struct signal_row signal_rows[SIGNAL_COUNT] = {
#define SIGNAL(id, word, number, without, meaning, zh) [SIGNAL_##id] = { word, number, SIGNAL_##without, meaning, zh },
#include "sim/language/signals.def"
#undef SIGNAL
};

enum signal_id signal_find(const char *word)
{
	enum signal_id s = 0;
	while (s < SIGNAL_COUNT && strcmp(signal_rows[s].word, word))
		s++;
	return s;
}

enum signal_id signal_numbered(int number)
{
	enum signal_id s = 0;
	while (s < SIGNAL_COUNT && signal_rows[s].number != number)
		s++;
	return s;
}

const struct op_row op_rows[OP_COUNT] = {
#define PRIVATE(id, meaning) [OP_##id] = { #id, false, meaning },
#define ACTION(id, can, reads, writes, meaning) [OP_##id] = { #id, true, meaning },
#include "sim/language/ops.def"
#undef PRIVATE
#undef ACTION
};

const struct verb_row verb_rows[VERB_COUNT] = {
#define CONTROL(id, word, form, modifiers, meaning, zh, python) \
	[VERB_##id] = { word, true, FORM_##form, modifiers, 0, 0, NULL, NULL, meaning, zh, python },
#define ACTION_VERB(id, word, form, modifiers, op, kinds, sentence, sentence_zh, meaning, zh, python) \
	[VERB_##id] = { word, false, FORM_##form, modifiers, OP_##op, kinds, sentence, sentence_zh, meaning, zh, python },
#include "sim/language/verbs.def"
#undef CONTROL
#undef ACTION_VERB
};

const char *const expect_words[EXPECT_KINDS] = {
	"always", "finally", "reachable", "ends", "leads_to", "deadlock", "dead_end", "exception", "starvation",
};

const char *const often_words[OFTEN_COUNT] = { "unknown", "never", "sometimes", "always" };

const struct policy_row policy_rows[POLICY_COUNT] = {
#define POLICY(id, word, title, title_zh, slices, meaning, meaning_zh, question, question_zh) \
	[POLICY_##id] = { word, title, title_zh, slices, meaning, meaning_zh, question, question_zh },
#include "sim/language/policies.def"
#undef POLICY
};

bool policy_has_slices(enum policy p, bool asked)
{
	return policy_rows[p].slices == SLICES || (policy_rows[p].slices == SLICES_IF_ASKED && asked);
}

enum policy policy_find(const char *word)
{
	enum policy p = 0;
	while (p < POLICY_COUNT && strcmp(policy_rows[p].word, word))
		p++;
	return p;
}

struct message policy_suggest(struct arena *a, const char *word)
{
	const char *words[POLICY_COUNT];
	for (int i = 0; i < POLICY_COUNT; i++)
		words[i] = policy_rows[i].word;
	const char *near = foreign_policy(word);
	if (!near)
		near = word_nearest(word, words, POLICY_COUNT);
	if (near)
		return SAY(DID_YOU_MEAN, near);
	const char *all = "";
	for (int i = 0; i < POLICY_COUNT; i++)
		all = word_list(a, all, words[i]);
	return SAY(THE_POLICIES, all);
}

/* ISO 639: all codes of two letters, and those of three that locales have. */
const char language_codes[] =
	"aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es "
	"et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu iw ja jv ka kg ki "
	"kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr "
	"nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th "
	"ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu agr anp ast ayc bem ber bhb bho brx byn chr "
	"ckb cmn crh csb doi dsb fil fur gbm gez gsw hak haw hif hne hsb kab kok lij lzh mag mai mfe mhr miq mjw mni mnw nan nds "
	"nhn niu nso pap quz raj rif sah sat scn sgs shn shs sid ssy syr szl tcy the tig tok tpi unm wae wal yue yuw zgh";

enum verb verb_find(const char *word)
{
	for (int v = 1; v < VERB_COUNT; v++)
		if (same_word(verb_rows[v].word, word))
			return v;
	return VERB_NONE;
}

bool key_holds_steps(const char *key)
{
	static const char *const keys[] = { "steps", "then", "else", "do", "try", "finally" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

const char *kinds_listed(struct arena *a, unsigned kinds)
{
	const char *all = "";
	for (int k = 1; k < KIND_COUNT; k++)
		if (kinds >> k & 1)
			all = word_list(a, all, kind_rows[k].word);
	return all;
}
