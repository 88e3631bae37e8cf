import {build} from 'esbuild'; import {gzipSync} from 'node:zlib';
import {mkdtempSync,readdirSync,readFileSync} from 'node:fs';
const out=mkdtempSync('/tmp/b15/bundle-');
const r=await build({stdin:undefined,entryPoints:{weft:'./node_modules/@weft/sdk/dist/index.js',worker:'./node_modules/@weft/sdk/dist/platform/worker.js'},bundle:true,minify:true,splitting:true,format:'esm',platform:'browser',outdir:out,metafile:true,chunkNames:'[name]-[hash]'});
let t=0; let all=''; for(const f of readdirSync(out)){const b=readFileSync(out+'/'+f);const g=gzipSync(b,{level:9}).length;t+=g;console.log(f,b.length,g);} console.log('total',t);
// leave-one-out per file is slow; bundle with each file emptied
const files=new Map(); for (const [o,v] of Object.entries(r.metafile.outputs)) for(const [i,x] of Object.entries(v.inputs)) files.set(i,(files.get(i)??0)+x.bytesInOutput);
const rows=[]; for (const [f,n] of files) { if(n<300) continue; const res=await build({entryPoints:[f],bundle:false,minify:true,write:false,format:'esm'}); rows.push([gzipSync(res.outputFiles[0].text,{level:9}).length, n, f.replace(/^\.\.\//,'')]); }
rows.sort((a,b)=>b[0]-a[0]); for (const r of rows.slice(0,70)) console.log(r.join(' '));
console.log('sum', rows.reduce((a,b)=>a+b[0],0));
