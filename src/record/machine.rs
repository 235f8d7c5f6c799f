//! The machine and the build behind a run.

use crate::record::Machine;

/// This machine, as far as it can be learned without asking anything outside the process.
pub fn this() -> Machine {
    let (kernel, cpu, memory_bytes) = of_the_system();
    Machine {
        os: std::env::consts::OS.into(),
        arch: std::env::consts::ARCH.into(),
        kernel,
        cpu,
        cores: std::thread::available_parallelism().map_or(1, |n| n.get() as u32),
        memory_bytes,
        build: if cfg!(debug_assertions) { "debug" } else { "release" }.into(),
        rustc: env!("WHILE_YOU_WAIT_RUSTC").into(),
    }
}

#[cfg(target_os = "linux")]
fn of_the_system() -> (Option<String>, Option<String>, Option<u64>) {
    use procfs::Current;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").ok();
    let cpu = procfs::CpuInfo::current()
        .ok()
        .and_then(|info| info.model_name(0).map(|name| name.trim().to_string()));
    let memory = procfs::Meminfo::current().ok().map(|memory| memory.mem_total);
    // The version alone: what follows it names whoever built the kernel.
    let version = |text: String| text.split(['-', '\n']).next().unwrap_or_default().to_string();
    (kernel.map(version), cpu, memory)
}

#[cfg(not(target_os = "linux"))]
fn of_the_system() -> (Option<String>, Option<String>, Option<u64>) {
    (None, None, None)
}
