//! Calls of the C interface that the safe Rust API leaves out: graphs by key, payloads and scans.

use crate::ops::{direction_number, target_number};
use crate::peer::Peer;
use crate::proto::*;
use serde_json::{json, Value};
use std::ffi::{c_char, CStr, CString};
use std::result::Result;
use zova::Database;
use zova_sys::*;

/// The C handle inside of the safe `Database`, which does not lend it.
fn handle(database: &Database) -> *mut zova_database {
    // A `Database` 1.3.0 (pinned in Cargo.toml) is one `Rc` of a struct whose only field with a size is the handle.
    const _: () = assert!(size_of::<Database>() == size_of::<std::rc::Rc<*mut zova_database>>());
    // SAFETY: as said above; the handle lives as long as the borrowed database.
    unsafe { **(database as *const Database).cast::<std::rc::Rc<*mut zova_database>>() }
}

fn checked(db: *mut zova_database, status: zova_status) -> Result<(), Fail> {
    if status == ZOVA_OK {
        return Ok(());
    }
    // SAFETY: the handle is open; the text belongs to it.
    let message = unsafe {
        let text = zova_database_last_error_message(db);
        (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
    };
    Err(Fail { status: zova::Status::from_raw(status).name(), code: status, message })
}

fn c_text(text: &str) -> Result<CString, Fail> {
    let nul = |_| Fail::new("PEER_INTERIOR_NUL", CODE_INTERIOR_NUL, "string contains a NUL character");
    CString::new(text).map_err(nul)
}

fn opt_c_text(text: Option<&str>) -> Result<Option<CString>, Fail> {
    text.map(c_text).transpose()
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), |t| t.as_ptr())
}

/// SAFETY of this and `listed`: parts of results that the engine has filled and that are not yet freed.
fn part(text: *const c_char, len: usize) -> Value {
    if text.is_null() {
        return Value::Null;
    }
    json!(String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) }))
}

fn listed<'a, T>(items: *const T, len: usize) -> &'a [T] {
    if len == 0 {
        return &[];
    }
    unsafe { std::slice::from_raw_parts(items, len) }
}

fn keys(a: &Args, name: &str) -> Result<Vec<i64>, Fail> {
    a.list(name)?.iter().map(|v| as_i64(v, name)).collect()
}

fn numbers(list: &[i64]) -> Value {
    Value::Array(list.iter().map(|n| int(*n)).collect())
}

pub fn put_nodes(p: &mut Peer, a: &Args) -> Outcome {
    struct Row(CString, CString, CString, i32, Option<CString>, Option<CString>);
    let rows = a
        .objects("nodes")?
        .iter()
        .map(|n| {
            Ok(Row(
                c_text(n.text("graph_name")?)?,
                c_text(n.text("node_id")?)?,
                c_text(n.text("kind")?)?,
                target_number(n)?,
                opt_c_text(n.opt_text("target_namespace")?)?,
                opt_c_text(n.opt_text("target_ref")?)?,
            ))
        })
        .collect::<Result<Vec<_>, Fail>>()?;
    let nodes: Vec<zova_graph_node_input> = rows
        .iter()
        .map(|r| zova_graph_node_input {
            graph_name: r.0.as_ptr(),
            node_id: r.1.as_ptr(),
            kind: r.2.as_ptr(),
            target_type: r.3,
            target_namespace: pointer(&r.4),
            target_ref: pointer(&r.5),
        })
        .collect();
    let db = handle(p.db(a)?);
    let mut out = vec![0; nodes.len()];
    let request = zova_graph_node_put_many_keyed_request {
        db,
        nodes: nodes.as_ptr(),
        nodes_len: nodes.len(),
        out_node_keys: out.as_mut_ptr(),
        out_node_keys_capacity: out.len(),
    };
    checked(db, unsafe { zova_graph_node_put_many_keyed(&request) })?;
    Ok(numbers(&out))
}

pub fn put_edges(p: &mut Peer, a: &Args) -> Outcome {
    let rows = a
        .objects("edges")?
        .iter()
        .map(|e| {
            let text = |name| c_text(e.text(name)?);
            Ok([text("graph_name")?, text("from_node_id")?, text("edge_type")?, text("to_node_id")?])
        })
        .collect::<Result<Vec<_>, Fail>>()?;
    let edges: Vec<zova_graph_edge_input> = rows
        .iter()
        .map(|r| zova_graph_edge_input {
            graph_name: r[0].as_ptr(),
            from_node_id: r[1].as_ptr(),
            edge_type: r[2].as_ptr(),
            to_node_id: r[3].as_ptr(),
        })
        .collect();
    let db = handle(p.db(a)?);
    let mut out = vec![0; edges.len()];
    let request = zova_graph_edge_put_many_keyed_request {
        db,
        edges: edges.as_ptr(),
        edges_len: edges.len(),
        out_edge_keys: out.as_mut_ptr(),
        out_edge_keys_capacity: out.len(),
    };
    checked(db, unsafe { zova_graph_edge_put_many_keyed(&request) })?;
    Ok(numbers(&out))
}

pub fn nodes(p: &mut Peer, a: &Args) -> Outcome {
    let (name, keys) = (c_text(a.text("graph_name")?)?, keys(a, "node_keys")?);
    let db = handle(p.db(a)?);
    let mut out = zova_graph_keyed_node_results { items: std::ptr::null_mut(), len: 0 };
    let request = zova_graph_nodes_get_many_keyed_request {
        db,
        graph_name: name.as_ptr(),
        node_keys: keys.as_ptr(),
        key_count: keys.len(),
        out_results: &mut out,
    };
    checked(db, unsafe { zova_graph_nodes_get_many_keyed(&request) })?;
    let found = listed(out.items, out.len)
        .iter()
        .map(|n| match n.found {
            0 => Value::Null,
            _ => json!({"node_key": int(n.node_key), "node_id": part(n.node_id, n.node_id_len),
                "kind": part(n.kind, n.kind_len), "created_order": int(n.created_order)}),
        })
        .collect();
    unsafe { zova_graph_keyed_node_results_free(&mut out) };
    Ok(Value::Array(found))
}

pub fn edges(p: &mut Peer, a: &Args) -> Outcome {
    let (name, keys) = (c_text(a.text("graph_name")?)?, keys(a, "edge_keys")?);
    let db = handle(p.db(a)?);
    let mut out = zova_graph_keyed_edge_results { items: std::ptr::null_mut(), len: 0 };
    let request = zova_graph_edges_get_many_keyed_request {
        db,
        graph_name: name.as_ptr(),
        edge_keys: keys.as_ptr(),
        key_count: keys.len(),
        out_results: &mut out,
    };
    checked(db, unsafe { zova_graph_edges_get_many_keyed(&request) })?;
    let found = listed(out.items, out.len)
        .iter()
        .map(|e| match e.found {
            0 => Value::Null,
            _ => json!({"edge_key": int(e.edge_key), "from_node_key": int(e.source_node_key),
                "edge_type": part(e.edge_type, e.edge_type_len), "to_node_key": int(e.target_node_key),
                "created_order": int(e.created_order)}),
        })
        .collect();
    unsafe { zova_graph_keyed_edge_results_free(&mut out) };
    Ok(Value::Array(found))
}

pub fn payloads(p: &mut Peer, a: &Args) -> Outcome {
    let (name, keys) = (c_text(a.text("graph_name")?)?, keys(a, "edge_keys")?);
    let db = handle(p.db(a)?);
    let mut out = zova_graph_edge_payload_results { items: std::ptr::null_mut(), len: 0 };
    let request = zova_graph_edge_payload_get_many_request {
        db,
        graph_name: name.as_ptr(),
        edge_keys: keys.as_ptr(),
        key_count: keys.len(),
        out_results: &mut out,
    };
    checked(db, unsafe { zova_graph_edge_payload_get_many(&request) })?;
    let found = listed(out.items, out.len)
        .iter()
        .map(|e| if e.found == 0 { Value::Null } else { bin(listed(e.payload, e.payload_len)) })
        .collect();
    unsafe { zova_graph_edge_payload_results_free(&mut out) };
    Ok(Value::Array(found))
}

pub fn replace_payloads(p: &mut Peer, a: &Args) -> Outcome {
    let name = c_text(a.text("graph_name")?)?;
    let given = a
        .objects("payloads")?
        .iter()
        .map(|e| Ok((as_i64(e.need("edge_key")?, "edge_key")?, e.bytes("payload")?)))
        .collect::<Result<Vec<_>, Fail>>()?;
    let replacements: Vec<zova_graph_edge_payload_replacement> = given
        .iter()
        .map(|(edge_key, payload)| zova_graph_edge_payload_replacement {
            edge_key: *edge_key,
            payload: payload.as_ptr(),
            payload_len: payload.len(),
        })
        .collect();
    let db = handle(p.db(a)?);
    let request = zova_graph_edge_payload_replace_many_request {
        db,
        graph_name: name.as_ptr(),
        replacements: replacements.as_ptr(),
        replacement_count: replacements.len(),
    };
    checked(db, unsafe { zova_graph_edge_payload_replace_many(&request) })?;
    Ok(Value::Null)
}

pub fn neighbors(p: &mut Peer, a: &Args) -> Outcome {
    let (name, node) = (c_text(a.text("graph_name")?)?, c_text(a.text("node_id")?)?);
    let (edge_type, direction) = (opt_c_text(a.opt_text("edge_type")?)?, direction_number(a)?);
    let limit = a.usize("limit")?;
    let db = handle(p.db(a)?);
    let mut out = zova_graph_keyed_neighbor_results { items: std::ptr::null_mut(), len: 0 };
    let request = zova_graph_neighbors_keyed_request {
        db,
        graph_name: name.as_ptr(),
        node_id: node.as_ptr(),
        direction,
        edge_type: pointer(&edge_type),
        limit,
        out_results: &mut out,
    };
    checked(db, unsafe { zova_graph_neighbors_keyed(&request) })?;
    let found = listed(out.items, out.len)
        .iter()
        .map(|n| {
            json!({"edge_key": int(n.edge_key), "node_key": int(n.neighbor_node_key),
                "node_id": part(n.node_id, n.node_id_len), "kind": part(n.kind, n.kind_len),
                "edge_type": part(n.edge_type, n.edge_type_len)})
        })
        .collect();
    unsafe { zova_graph_keyed_neighbor_results_free(&mut out) };
    Ok(Value::Array(found))
}

pub fn degrees(p: &mut Peer, a: &Args) -> Outcome {
    let (name, keys) = (c_text(a.text("graph_name")?)?, keys(a, "node_keys")?);
    let (edge_type, direction) = (opt_c_text(a.opt_text("edge_type")?)?, direction_number(a)?);
    let db = handle(p.db(a)?);
    let mut out = vec![0u64; keys.len()];
    let request = zova_graph_degree_many_keyed_request {
        db,
        graph_name: name.as_ptr(),
        node_keys: keys.as_ptr(),
        node_count: keys.len(),
        direction,
        edge_type: pointer(&edge_type),
        out_degrees: out.as_mut_ptr(),
        out_degrees_capacity: out.len(),
    };
    checked(db, unsafe { zova_graph_degree_many_keyed(&request) })?;
    Ok(Value::Array(out.into_iter().map(uint).collect()))
}

fn cursor(a: &Args, name: &str) -> Result<zova_graph_scan_cursor, Fail> {
    match a.get(name) {
        None => Ok(zova_graph_scan_cursor { created_order: 0, key: 0 }),
        Some(_) => match keys(a, name)?[..] {
            [created_order, key] => Ok(zova_graph_scan_cursor { created_order, key }),
            _ => Err(Fail::bad(format!("'{name}' must be [created_order, key]"))),
        },
    }
}

pub fn scan(p: &mut Peer, a: &Args) -> Outcome {
    let name = c_text(a.text("graph_name")?)?;
    let (node_after, edge_after) = (cursor(a, "nodes_after")?, cursor(a, "edges_after")?);
    let (node_limit, edge_limit) = (a.usize("node_limit")?, a.usize("edge_limit")?);
    let db = handle(p.db(a)?);
    let mut out = zova_graph_scan_results {
        nodes: std::ptr::null_mut(),
        nodes_len: 0,
        edges: std::ptr::null_mut(),
        edges_len: 0,
        has_more_nodes: 0,
        has_more_edges: 0,
    };
    let request = zova_graph_scan_request {
        db,
        graph_name: name.as_ptr(),
        node_after,
        edge_after,
        node_limit,
        edge_limit,
        out_results: &mut out,
    };
    checked(db, unsafe { zova_graph_scan(&request) })?;
    let nodes: Vec<Value> = listed(out.nodes, out.nodes_len)
        .iter()
        .map(|n| {
            json!({"node_key": int(n.node_key), "node_id": part(n.node_id, n.node_id_len),
                "kind": part(n.kind, n.kind_len), "created_order": int(n.created_order)})
        })
        .collect();
    let edges: Vec<Value> = listed(out.edges, out.edges_len)
        .iter()
        .map(|e| {
            json!({"edge_key": int(e.edge_key), "from_node_key": int(e.source_node_key),
                "edge_type": part(e.edge_type, e.edge_type_len), "to_node_key": int(e.target_node_key),
                "created_order": int(e.created_order)})
        })
        .collect();
    let more = (out.has_more_nodes != 0, out.has_more_edges != 0);
    unsafe { zova_graph_scan_results_free(&mut out) };
    Ok(json!({"nodes": nodes, "edges": edges, "more_nodes": more.0, "more_edges": more.1}))
}
