import { join } from 'node:path'
import { students } from './students.ts'

export interface Ports {
  /** Answers and counts, as fast as it can. */
  readonly counting: number
  /** Answers and writes down how many bytes each request had. */
  readonly weighing: number
  /** The same over TLS. */
  readonly secureCounting: number
  readonly secureWeighing: number
  /** The same over HTTP/2. */
  readonly http2Counting: number
  readonly http2Weighing: number
}

const [student] = students(1)

/**
 * Answers out of memory, with no log. Only what the locations don't expect is logged, which costs the expected
 * nothing. The body of a POST is read and thrown away. `master_process off` leaves one process, whose pid is all there is to stop.
 */
export function nginxConfig(ports: Ports, folder: string): string {
  return `
daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log stderr warn;
events { worker_connections 4096; }
http {
  ${temporaryPaths(folder)}
  access_log ${join(folder, 'unexpected.log')};
  log_format length '$request_length';
  ssl_certificate ${join(folder, 'cert.pem')};
  ssl_certificate_key ${join(folder, 'key.pem')};
  default_type application/json;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  server {
    listen 127.0.0.1:${ports.counting};
    listen 127.0.0.1:${ports.secureCounting} ssl;
    listen 127.0.0.1:${ports.http2Counting} ssl http2;
    location = /students { access_log off; return 200 '${JSON.stringify([student])}'; }
    location = /students/1 { access_log off; return 200 '${JSON.stringify(student)}'; }
    location = /list { access_log off; root ${folder}; open_file_cache max=1; sendfile on; }
    location = /created { access_log off; return 201 '${JSON.stringify(student)}'; }
    location = /stub { access_log off; stub_status; }
    location / { return 404; }
  }
  server {
    listen 127.0.0.1:${ports.weighing};
    listen 127.0.0.1:${ports.secureWeighing} ssl;
    listen 127.0.0.1:${ports.http2Weighing} ssl http2;
    access_log ${join(folder, 'lengths.log')} length;
    location / { return 200 '${JSON.stringify(student)}'; }
    location = /created { return 201 '${JSON.stringify(student)}'; }
  }
}
`
}

/** nginx makes these when it starts, by default where only root may write. */
function temporaryPaths(folder: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, `${kind}_temp`)};`)
    .join('\n  ')
}
