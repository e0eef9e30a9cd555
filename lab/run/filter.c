/*
 * The seccomp filter of a supervised program: the sandbox's refusals first, then the supervisor's
 * answers and stops, all else allowed. Of one call's rules the first that matches decides.
 *
 * The calls are found by bisection among ranges of numbers that are treated alike. The kernel runs
 * the filter for every stop, and when it is installed once for each call that there is, to learn
 * which it always allows; and it compiles the filter for each program anew, in several passes:
 * every instruction less is time that each run of a program saves.
 *
 * It is written here by hand, not through libseccomp, because one call may be refused with some
 * arguments and traced with all others (clone), which libseccomp folds into one action.
 *
 * A call of another architecture ends the process (SIGSYS): its numbers mean other calls.
 */
#include "config.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lab/run/internal.h"

#define INSTRUCTIONS_MAX 4096 /* BPF_MAXINSNS */
#define X32_BIT          0x40000000
#define RULES_MAX        512

struct program {
	struct sock_filter code[INSTRUCTIONS_MAX];
	size_t count;
};

struct rule {
	int nr;
	uint32_t action;
	int op; /* 0: always; else enum scmp_compare */
	unsigned arg;
	uint64_t mask, value;
};

struct rules {
	struct rule list[RULES_MAX];
	size_t count;
};

static void emit(struct program *p, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	if (p->count < INSTRUCTIONS_MAX)
		p->code[p->count++] = (struct sock_filter){code, jt, jf, k};
}

static void emit_return(struct program *p, uint32_t action)
{
	emit(p, BPF_RET | BPF_K, action, 0, 0);
}

static void load(struct program *p, size_t offset)
{
	emit(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static size_t low_half(unsigned arg)
{
	return offsetof(struct seccomp_data, args) + arg * 8;
}

/* What most rules ask: is one bit set? */
static bool is_bit(uint64_t mask, uint64_t value)
{
	return mask && mask == value && mask <= UINT32_MAX && (mask & (mask - 1)) == 0;
}

/* Equality under a mask; skips SKIP more where it does not hold. */
static void emit_masked(
	struct program *p, unsigned arg, uint64_t mask, uint64_t value, uint8_t skip)
{
	bool low_only = mask <= UINT32_MAX;

	load(p, low_half(arg));
	if (is_bit(mask, value)) {
		emit(p, BPF_JMP | BPF_JSET | BPF_K, (uint32_t)mask, 0, skip);
		return;
	}
	emit(p, BPF_ALU | BPF_AND | BPF_K, (uint32_t)mask, 0, 0);
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value & mask), 0,
		(uint8_t)(low_only ? skip : 3 + skip));
	if (low_only)
		return;
	load(p, low_half(arg) + 4);
	emit(p, BPF_ALU | BPF_AND | BPF_K, (uint32_t)(mask >> 32), 0, 0);
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)((value & mask) >> 32), 0, skip);
}

/* argument > VALUE (or >=): 5 instructions. */
static void emit_greater(struct program *p, unsigned arg, uint64_t value, bool equal, uint8_t skip)
{
	uint16_t op = BPF_JMP | BPF_K | (equal ? BPF_JGE : BPF_JGT);

	load(p, low_half(arg) + 4);
	emit(p, BPF_JMP | BPF_JGT | BPF_K, (uint32_t)(value >> 32), 3, 0);
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value >> 32), 0, (uint8_t)(2 + skip));
	load(p, low_half(arg));
	emit(p, op, (uint32_t)value, 0, skip);
}

/* argument != VALUE: 4 instructions. */
static void emit_different(struct program *p, unsigned arg, uint64_t value, uint8_t skip)
{
	load(p, low_half(arg));
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)value, 0, 2);
	load(p, low_half(arg) + 4);
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value >> 32), skip, 0);
}

static int emit_condition(
	struct program *p, int op, unsigned arg, uint64_t mask, uint64_t value, uint8_t skip)
{
	switch (op) {
	case SCMP_CMP_MASKED_EQ:
		emit_masked(p, arg, mask, value, skip);
		return 0;
	case SCMP_CMP_EQ:
		emit_masked(p, arg, UINT64_MAX, value, skip);
		return 0;
	case SCMP_CMP_NE:
		emit_different(p, arg, value, skip);
		return 0;
	case SCMP_CMP_GT:
		emit_greater(p, arg, value, false, skip);
		return 0;
	case SCMP_CMP_GE:
		emit_greater(p, arg, value, true, skip);
		return 0;
	default:
		return -1;
	}
}

/* Skips as much where it does not hold. */
static int emit_rule(struct program *p, const struct rule *r)
{
	if (r->op != 0 && emit_condition(p, r->op, r->arg, r->mask, r->value, 1) < 0)
		return -1;
	emit_return(p, r->action);
	return 0;
}

/* Numbers from FIRST to the next range's that are treated alike. */
struct range {
	uint32_t first;
	uint32_t action;         /* if there are no rules */
	const struct rule *list; /* those of one call */
	size_t count;
};

struct ranges {
	struct range list[2 * RULES_MAX + 1];
	size_t count;
};

static void add_range(struct ranges *r, struct range range)
{
	const struct range *last = r->count ? &r->list[r->count - 1] : NULL;

	if (!last || last->count || range.count || last->action != range.action)
		r->list[r->count++] = range;
}

/* What is in no rule is allowed. */
static void find_ranges(const struct rules *rules, struct ranges *r)
{
	uint32_t next = 0;

	for (size_t i = 0, n; i < rules->count; i += n) {
		const struct rule *list = &rules->list[i];
		uint32_t nr = (uint32_t)list->nr;

		for (n = 1; i + n < rules->count && list[n].nr == list->nr;)
			n++;
		if (nr > next)
			add_range(r, (struct range){next, SECCOMP_RET_ALLOW, NULL, 0});
		/* The first rule that holds decides: without a condition it always does. */
		add_range(r, (struct range){nr, list->action, list, list->op ? n : 0});
		next = nr + 1;
	}
	add_range(r, (struct range){next, SECCOMP_RET_ALLOW, NULL, 0});
}

static int emit_range(struct program *p, const struct range *range)
{
	for (size_t i = 0; i < range->count; i++)
		if (emit_rule(p, &range->list[i]) < 0)
			return -1;
	emit_return(p, range->count ? SECCOMP_RET_ALLOW : range->action);
	return 0;
}

/* The jump at AT goes over all that was emitted since; a far one takes an instruction more. */
static void jump_over(struct program *p, size_t at)
{
	size_t distance = p->count - at - 1;

	if (distance <= UINT8_MAX || p->count == INSTRUCTIONS_MAX) {
		p->code[at].jt = (uint8_t)distance;
		return;
	}
	p->code[at].jf = 1;
	memmove(&p->code[at + 2], &p->code[at + 1], distance * sizeof(p->code[0]));
	p->code[at + 1] = (struct sock_filter){BPF_JMP | BPF_JA, 0, 0, (uint32_t)distance};
	p->count++;
}

/* The number is loaded. */
static int emit_tree(struct program *p, const struct range *list, size_t count)
{
	size_t half = count / 2, jump = p->count;

	if (count == 1)
		return emit_range(p, list);
	emit(p, BPF_JMP | BPF_JGE | BPF_K, list[half].first, 0, 0);
	if (emit_tree(p, list, half) < 0)
		return -1;
	if (p->count < INSTRUCTIONS_MAX)
		jump_over(p, jump);
	return emit_tree(p, list + half, count - half);
}

/* By number; those of one number as they came. */
static void add_rule(struct rules *rules, struct rule rule)
{
	size_t at = rules->count;

	if (rules->count == RULES_MAX)
		return;
	for (; at > 0 && rules->list[at - 1].nr > rule.nr; at--)
		rules->list[at] = rules->list[at - 1];
	rules->list[at] = rule;
	rules->count++;
}

/* Those that a program should not make stop, to be told of, and are answered then. */
static uint32_t refusal(const struct sandbox_rule *r)
{
	return r->quiet ? SECCOMP_RET_ERRNO | (uint32_t)r->errnum
			: SECCOMP_RET_TRACE | SUPERVISE_REFUSED;
}

static void add_refusals(struct rules *rules, const struct sandbox_rule *list, size_t count)
{
	for (const struct sandbox_rule *r = list; r < list + count; r++)
		if (r->nr >= 0) /* else this architecture has no such call */
			add_rule(rules,
				(struct rule){r->nr, refusal(r), r->op, r->arg, r->mask, r->value});
}

/* The supervisor asks only of calls that say so whether they are refused: another one it would let
 * go on. */
static bool is_told_apart(const struct rules *rules, const struct supervise_traced *traced)
{
	for (size_t i = 0; i < rules->count && !traced->may_be_refused; i++)
		if (rules->list[i].nr == traced->nr &&
			rules->list[i].action == (SECCOMP_RET_TRACE | SUPERVISE_REFUSED))
			return false;
	return true;
}

static int add_all(struct rules *rules, bool world, struct lab_error *e)
{
	struct supervise_traced traced[256];
	struct supervise_answer answers[32];
	size_t count;

	add_refusals(rules, sandbox_rules, sandbox_rule_count);
	if (world)
		add_refusals(rules, sandbox_reduced_rules, sandbox_reduced_rule_count);
	count = supervise_answered_calls(answers, 32);
	for (size_t i = 0; i < count; i++)
		add_rule(rules, (struct rule){.nr = answers[i].nr,
					.action = SECCOMP_RET_ERRNO | (uint32_t)answers[i].errnum});
	count = supervise_traced_calls(traced, 256);
	if (world)
		count += supervise_world_calls(traced + count, 256 - count);
	for (size_t i = 0; i < count; i++) {
		if (!is_told_apart(rules, &traced[i]))
			return lab_fail(e, LAB_BROKEN,
				"syscall policy: call %d is traced and refused, too: it needs "
				"CALL_REFUSED",
				traced[i].nr);
		add_rule(rules, (struct rule){traced[i].nr, SECCOMP_RET_TRACE,
					traced[i].mask ? SCMP_CMP_MASKED_EQ : 0, traced[i].arg,
					traced[i].mask, traced[i].value});
	}
	return 0;
}

static int emit_all(struct program *p, bool world, struct lab_error *e)
{
	static struct rules rules;
	static struct ranges ranges;

	rules.count = ranges.count = 0;
	if (add_all(&rules, world, e) < 0)
		return -1;
	find_ranges(&rules, &ranges);
	load(p, offsetof(struct seccomp_data, arch));
	emit(p, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	emit_return(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
	emit(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	emit_return(p, SECCOMP_RET_KILL_PROCESS);
	if (rules.count == RULES_MAX || emit_tree(p, ranges.list, ranges.count) < 0)
		return lab_fail(e, LAB_BROKEN,
			"syscall policy: too many rules, for one call or for all, or a comparison "
			"that the filter does not know");
	if (p->count >= INSTRUCTIONS_MAX)
		return lab_fail(e, LAB_BROKEN, "the syscall filter is longer than %d instructions",
			INSTRUCTIONS_MAX);
	return 0;
}

const struct sock_fprog *run_filter(bool world, struct lab_error *e)
{
	static struct program programs[2];
	static struct sock_fprog filters[2];
	struct program *program = &programs[world];
	struct sock_fprog *filter = &filters[world];

	if (filter->filter)
		return filter;
	if (emit_all(program, world, e) < 0)
		return NULL;
	*filter =
		(struct sock_fprog){.len = (unsigned short)program->count, .filter = program->code};
	return filter;
}
