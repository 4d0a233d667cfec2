import { type RawBuilder, sql } from "kysely";

/**
 * The schema as text, from PostgreSQL's own catalogue functions: readable, sorted, and the same on every machine.
 * (pg_dump does not come with the embedded database.)
 */
export const databaseDump: RawBuilder<{ line: string }> = sql`
  with relation as (
    select oid, relname as name, reloptions from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migration'
  ),
  part as (
    select relation.name, 1 as place, attnum as position,
           '  ' || attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
             || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as line
    from relation join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    union all
    select relation.name, 2, row_number() over (partition by relation.name order by contype desc, conname),
           '  constraint ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
    from relation join pg_constraint on conrelid = relation.oid and contype <> 'n'
  ),
  body as (select name, string_agg(line, E',\n' order by place, position) as lines from part group by name),
  indexes as (
    select relation.name, string_agg(replace(pg_get_indexdef(indexrelid), 'public.', '') || ';', E'\n' order by indexrelid::regclass::text) as lines
    from relation join pg_index on indrelid = relation.oid
    where not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
    group by relation.name
  ),
  triggers as (
    select relation.name, string_agg(replace(pg_get_triggerdef(pg_trigger.oid), 'public.', '') || ';'
      || case when tgenabled = 'A' then ' -- always' else '' end, E'\n' order by tgname) as lines
    from relation join pg_trigger on tgrelid = relation.oid and not tgisinternal
    group by relation.name
  )
  select 'create table ' || body.name || E' (\n' || body.lines || E'\n)'
    || coalesce(' with (' || array_to_string(relation.reloptions, ', ') || ')', '') || ';'
    || coalesce(E'\n' || indexes.lines, '') || coalesce(E'\n' || triggers.lines, '') as line
  from body join relation using (name) left join indexes using (name) left join triggers using (name)
  union all
  select pg_get_functiondef(oid) || ';' from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
    and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
  order by line`;
