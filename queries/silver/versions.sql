-- Purpose: the captures at which a posting began to say something else.
-- Grain: one row per posting and content version that begins inside the window.
-- Inputs: bronze.postings (whole rows alone), silver.postings (what was said before the window).
-- Key: posting_id, captured_at.
-- Parameters: $source; $from, $to: the window, half-open.
-- Surprising: A, B, A again is three versions. A row made from the list alone never follows
-- one that had its detail. The payload stays in bronze: its column comes back empty, so
-- that it is not even read. Rows come in no order: sorting texts costs more than all else.
with

captures as (
  select
    posting_id,
    captured_at,
    raw_object,
    raw_offset,
    content_hash,
    capture = 'detail' as is_detail,
  from bronze.postings
  where source = $source
    and captured_at >= $from
    and captured_at < $to
    and is_whole
  -- of two documents of one instant the last in raw speaks
  qualify row_number() over (
    partition by posting_id, captured_at
    order by raw_object desc, raw_offset desc
  ) = 1
),

before_window as (
  select
    posting_id,
    arg_max(content_hash, valid_from) as content_hash,
    bool_or(is_detail) as had_detail,
  from silver.postings
  where source = $source
    and valid_from < $from
    and posting_id in (select posting_id from captures)
  group by posting_id
),

eligible as (
  select
    captures.*,
    before_window.content_hash as hash_before,
  from captures
  left join before_window using (posting_id)
  window earlier as (
    partition by captures.posting_id
    order by captures.captured_at
    rows between unbounded preceding and 1 preceding
  )
  qualify captures.is_detail
    or not (coalesce(before_window.had_detail, false) or coalesce(bool_or(captures.is_detail) over earlier, false))
),

starts as (
  select
    posting_id,
    captured_at,
    raw_object,
    raw_offset,
  from eligible
  qualify content_hash is distinct from
    coalesce(lag(content_hash) over (partition by posting_id order by captured_at), hash_before)
)

select
  postings.* replace (null::varchar as payload),
from bronze.postings as postings
join starts using (posting_id, captured_at, raw_object, raw_offset)
where source = $source
  and captured_at >= $from
  and captured_at < $to
  and is_whole
  and not (
    text_expired_at is not null
    and exists (
      select 1
      from silver.postings as versions
      where versions.source = $source
        and versions.posting_id = postings.posting_id
        and versions.valid_from = postings.captured_at
        and versions.text_expired_at is not null
    )
  )
